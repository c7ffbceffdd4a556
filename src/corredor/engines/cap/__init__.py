"""CAP: messages of the Common Alerting Protocol 1.2, written, read from strangers, and held to the standard's rules."""

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
