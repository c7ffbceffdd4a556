"""Telegram, through a bot of the network's own. Telegram can read what it carries."""

from .provider import TelegramProvider, TelegramSettings

__all__ = ["TelegramProvider", "TelegramSettings"]
