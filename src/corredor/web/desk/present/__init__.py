"""Turns rows into what the desk's templates show: plain dataclasses, in one language."""
