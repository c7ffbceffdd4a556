"""SMS text: encoding, segment count, GSM-7 spelling, and keywords in replies."""

from .corridor_word import CorridorText, CorridorWord, parse_corridor_text
from .gsm7 import is_gsm7, to_gsm7
from .keyword import Keyword, keyword_language, parse_keyword
from .segment import Encoding, Plan, plan

__all__ = [
    "CorridorText",
    "CorridorWord",
    "Encoding",
    "Keyword",
    "Plan",
    "is_gsm7",
    "keyword_language",
    "parse_corridor_text",
    "parse_keyword",
    "plan",
    "to_gsm7",
]
