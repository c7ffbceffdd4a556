"""What can be wrong with a pack or with a raw source file, said with file, line and field."""

from __future__ import annotations


class CityDataError(Exception):
    """Something in a file is not as it must be. ``str()`` is a sentence naming file, line and field."""

    def __init__(self, reason: str, *, file: str, line: int | None = None, field: str | None = None) -> None:
        """Keep the parts apart, so that a command can print them as JSON."""
        self.reason, self.file, self.line, self.field = reason, file, line, field
        where = file
        if line is not None:
            where += f", line {line}"
        if field:
            where += f", field {field!r}"
        super().__init__(f"{where}: {reason}")


class PackError(CityDataError):
    """A built pack cannot be used: a file is missing, damaged, or of another format."""


class SourceError(CityDataError):
    """A raw file given to the builder cannot be read as what it should be."""
