"""Base maps: shapes cut into vector tiles and packed as one PMTiles file, for a map without a tile server."""
