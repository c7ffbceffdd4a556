"""The words that are sent: fixed bilingual templates, filled, checked and approved by two people."""
