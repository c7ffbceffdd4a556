"""Common Alerting Protocol (CAP) 1.2: write messages, parse untrusted ones, and validate them."""

from .message import Area, Circle, Info, Message, Reference
from .read import UnreadableCap, read_message
from .rules import find_faults
from .write import write_message

__all__ = [
    "Area",
    "Circle",
    "Info",
    "Message",
    "Reference",
    "UnreadableCap",
    "find_faults",
    "read_message",
    "write_message",
]
