"""Corredor: a rapid-response network in a box."""

from corredor.kit import sqlite_library

__version__ = "0.1.0"

sqlite_library.substitute()  # here, because every process of ours imports this package before it opens the database
