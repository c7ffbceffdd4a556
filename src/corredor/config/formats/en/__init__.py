"""How English writes them."""
