"""SMS through Twilio, or any provider that speaks its REST form."""

from .provider import TwilioProvider, TwilioSettings
from .signature import is_signed, sign

__all__ = ["TwilioProvider", "TwilioSettings", "is_signed", "sign"]
