"""Geometry on the ground: one Earth radius, distances, a local plane, segments, polygons and compass directions.

Positions are WGS 84 degrees, lengths metres. Imports nothing of the project.
"""
