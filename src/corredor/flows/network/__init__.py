"""Administration of a network: set-up, staff, keys, local names, unlit streets."""
