"""Alert texts: fixed templates in every language, filled, checked and approved by two people."""
