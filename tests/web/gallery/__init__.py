"""Every part of the look on a few pages, served by itself, to be seen by a person and checked by a browser."""
