"""Presenters: turn rows into plain dataclasses for the desk's templates, in one language."""
