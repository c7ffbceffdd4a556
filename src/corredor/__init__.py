"""Corredor: a rapid-response network in a box."""

__version__ = "0.1.0"
