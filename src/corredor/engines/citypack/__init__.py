"""City packs: a folder with a city's streets, crossings, areas, places and walking network."""
