"""Text messages: which alphabet, how many segments, how to stay cheap, and which word was sent back."""

from .gsm7 import is_gsm7, to_gsm7
from .keyword import Keyword, parse_keyword
from .segment import Encoding, Plan, plan

__all__ = ["Encoding", "Keyword", "Plan", "is_gsm7", "parse_keyword", "plan", "to_gsm7"]
