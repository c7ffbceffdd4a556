"""What is said in a call, as TwiML."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from corredor.channels.base import Message

STOP_KEY = "9"
_VOICES = {"en": "en-US", "es": "es-MX"}
_STOP_WORDS = {
    "en": f"To stop these calls, press {STOP_KEY}.",
    "es": f"Para no recibir más estas llamadas, marque el {STOP_KEY}.",
}
_KEY_TIMEOUT_S = 6


def render_call(message: Message, *, keys_url: str) -> str:
    """The whole call. Said twice: who lifts the receiver seldom hears the beginning, and a machine records the end."""
    language = message.language if message.language in _VOICES else "en"
    text = " ".join(_speakable(message.standard).split())
    words = f"{text} {_STOP_WORDS[language]}" if keys_url else text
    say = f"<Say language={quoteattr(_VOICES[language])}>{escape(words)}</Say>"
    script = f'<Pause length="1"/>{say}<Pause length="1"/>{say}'
    if not keys_url:
        return f"<Response>{script}</Response>"
    page = f"{keys_url}{'&' if '?' in keys_url else '?'}language={language}"
    gather = f'<Gather input="dtmf" numDigits="1" timeout="{_KEY_TIMEOUT_S}" method="POST" action={quoteattr(page)}>'
    return f"<Response>{gather}{script}</Gather></Response>"


def render_last_words(text: str, language: str) -> str:
    """One sentence, then the line is closed; without text it is closed at once."""
    voice = quoteattr(_VOICES.get(language, _VOICES["en"]))
    say = f"<Say language={voice}>{escape(_speakable(text))}</Say>" if text else ""
    return f"<Response>{say}<Hangup/></Response>"


def _speakable(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(sign for sign in text if (sign in "\n\t" or ord(sign) >= 32) and sign not in "\ufffe\uffff")
