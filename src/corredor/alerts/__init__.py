"""Alert texts: fixed bilingual templates, filled, checked and approved by two people."""
