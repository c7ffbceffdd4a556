"""Loaded by Python at start when this folder is on PYTHONPATH: simulates a machine with only an affected SQLite."""

import sqlite3
import sys

for module in (sqlite3, sqlite3.dbapi2):
    module.sqlite_version, module.sqlite_version_info = "3.40.1", (3, 40, 1)
sys.modules["pysqlite3"] = None  # `import pysqlite3` raises ImportError
