"""Telegram, through a bot of the network's own. Telegram can read what it carries."""

from .provider import TelegramChannel, TelegramSettings

__all__ = ["TelegramChannel", "TelegramSettings"]
