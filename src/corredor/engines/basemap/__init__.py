"""Base maps: cut shapes into vector tiles in one PMTiles file, for a map without a tile server."""
