"""SMS through Twilio, or any provider that speaks its REST form."""

from .provider import SmsTwilioChannel, SmsTwilioSettings
from .signature import is_signed, sign

__all__ = ["SmsTwilioChannel", "SmsTwilioSettings", "is_signed", "sign"]
