"""Places: the city pack, and the places, aliases and unlit streets that the network has added."""
