"""Where things are: the city pack, and what the network has added to it."""
