"""The script of a call, as TwiML."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from corredor.channels.base import Message
from corredor.kit.languages import get, wording

STOP_KEY = "9"
_KEY_TIMEOUT_S = 6


def render_call(message: Message, *, keys_url: str) -> str:
    """Return the whole call. The text is said twice: people miss the beginning, machines record the end."""
    language = get(message.language).code
    text = " ".join(_strip_control_characters(message.standard).split())
    words = f"{text} {_stop_words(language)}" if keys_url else text
    say = f"<Say language={quoteattr(_voice(language))}>{escape(words)}</Say>"
    script = f'<Pause length="1"/>{say}<Pause length="1"/>{say}'
    if not keys_url:
        return f"<Response>{script}</Response>"
    page = f"{keys_url}{'&' if '?' in keys_url else '?'}language={language}"
    gather = f'<Gather input="dtmf" numDigits="1" timeout="{_KEY_TIMEOUT_S}" method="POST" action={quoteattr(page)}>'
    return f"<Response>{gather}{script}</Gather></Response>"


def render_last_words(text: str, language: str) -> str:
    """Say one sentence, then hang up; without text hang up at once."""
    voice = quoteattr(_voice(language))
    say = f"<Say language={voice}>{escape(_strip_control_characters(text))}</Say>" if text else ""
    return f"<Response>{say}<Hangup/></Response>"


def _stop_words(language: str) -> str:
    return str(wording("channels", language)["voice"]["stop"]).format(key=STOP_KEY)


def _voice(language: str) -> str:
    """Return the provider's voice: the language with its country."""
    spoken = get(language)
    return str(spoken.group("voice").get("tag", spoken.region_tag))


def _strip_control_characters(text: str) -> str:
    """Remove characters that XML cannot hold."""
    return "".join(sign for sign in text if (sign in "\n\t" or ord(sign) >= 32) and sign not in "\ufffe\uffff")
