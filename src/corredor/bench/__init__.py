"""Benches: measure parts of the product, and their peers, on this machine; never imported by the product."""
