"""Telephone numbers in E.164 form, for every channel that uses them as addresses."""

from __future__ import annotations

import phonenumbers

from .spec import WrongForm

HOME_REGION = "US"  # default country of numbers written without a country code
LONGEST = 40
# Premium-rate numbers, and numbers of no country, which may be premium-rate too.
_PREMIUM = {
    phonenumbers.PhoneNumberType.PREMIUM_RATE,
    phonenumbers.PhoneNumberType.SHARED_COST,
    phonenumbers.PhoneNumberType.UAN,
    phonenumbers.PhoneNumberType.PAGER,
}
_NO_COUNTRY = "001"
NOUN = "phone number"
WRONG = "This is not a phone number. Write it with the area code, such as 312 555 0142."


def normalise_phone(value: str) -> str:
    """Return the number as E.164. Raise WrongForm if it is invalid, has an extension, or is premium-rate."""
    try:
        number = phonenumbers.parse(value, HOME_REGION)
    except phonenumbers.NumberParseException as error:
        raise WrongForm("phone") from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise WrongForm("phone")
    if phonenumbers.number_type(number) in _PREMIUM or phonenumbers.region_code_for_number(number) == _NO_COUNTRY:
        raise WrongForm("phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
