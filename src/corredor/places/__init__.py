"""Where things are: the city pack, what the network has added to it, and confirmed pins."""
