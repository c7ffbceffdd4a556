"""How Spanish writes them."""
