"""
Phone numbers: as people type them, as the desk stores them (E.164), and masked for all but the dialling agent.

Judged by libphonenumber's tables; nothing is dialled or looked up. A number is never put into an error or a log.
"""

from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

MAX_TYPED_CHARS: Final = 40

_COSTLY: Final = (
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PAGER,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
)
_SATELLITE_CODES: Final = (870, 881, 882, 883)
"""Country codes of satellite and international networks: no callback goes there, its price would be a trap."""
_TYPED: Final = frozenset("0123456789 +-()./\u00a0\u2011\u2012\u2013")
"""What people type in a number. Letters, extensions, pauses and service codes are refused, not guessed at."""


class BadNumber(Exception):
    """This cannot be called back; the text tells the person why, without repeating the number."""


def parse_number(typed: str, region: str | None) -> str:
    """
    The E.164 form (`+4930901820`) of a number as typed; national forms need `region`, an ISO 3166 code.

    Raises `BadNumber` for what is no valid number, and for emergency, premium, shared-cost and satellite numbers.
    """
    if len(typed) > MAX_TYPED_CHARS or not _TYPED.issuperset(typed):
        raise BadNumber("Please write the number with its country code and digits only, like +49 30 1234567.")
    digits = typed.strip()
    if region is not None and phonenumbers.is_emergency_number(digits, region):
        raise BadNumber("Emergency numbers cannot be called back.")
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        raise BadNumber("This is not a phone number; please write it with its country code, like +49.") from None
    if not phonenumbers.is_valid_number(number):
        raise BadNumber("There is no such phone number; please check the digits.")
    if number.country_code in _SATELLITE_CODES or phonenumbers.number_type(number) in _COSTLY:
        raise BadNumber("Numbers that cost the caller extra cannot be called back.")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def mask_number(e164: str) -> str:
    """`+49 ••• ••42`: the country and the last two digits, the same length for every number of a country."""
    number = phonenumbers.parse(e164, None)
    return f"+{number.country_code} ••• ••{e164[-2:]}"
