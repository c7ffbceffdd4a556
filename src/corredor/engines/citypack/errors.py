"""Errors of a city pack or of a raw source file, with file, line and field."""

from __future__ import annotations


class CityDataError(Exception):
    """Invalid data in a file. ``str()`` is a sentence naming file, line and field."""

    def __init__(self, reason: str, *, file: str, line: int | None = None, field: str | None = None) -> None:
        """Store the parts separately, so that a command can print them as JSON."""
        self.reason, self.file, self.line, self.field = reason, file, line, field
        where = file
        if line is not None:
            where += f", line {line}"
        if field:
            where += f", field {field!r}"
        super().__init__(f"{where}: {reason}")


class PackError(CityDataError):
    """A built pack is unusable: a file is missing, damaged, or of another format."""


class SourceError(CityDataError):
    """A raw file given to the builder is malformed."""
