"""Other networks and newsrooms: whom we tell what is public, and whose reports we take."""
