"""Identity numbers, telephones, credit codes for the demonstration: valid in form, belonging to nobody.

Region 310199 is assigned to no place (domain reference §24.5); the mobile prefixes are issued to nobody
according to libphonenumber's table of China; no Shanghai subscriber's number begins with 9.
"""

import datetime
from collections import Counter

from yiwang.kernel.validators import citizen_id_check_digit, uscc_check_character

REGION = "310199"
_MOBILE_PREFIXES = ("154", "160", "161", "163", "164", "168", "169", "194")
_SCRAMBLE = 73_939_133  # prime to 10⁸: every number of eight digits comes once before any comes again
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_CHECKS = "0X987654321"
_PER_DAY = 499  # sequence numbers of one sex that a day of birth has


class IdNumbers:
    """Hands out identity numbers, each once; a day that is full passes its births on to the next."""

    def __init__(self) -> None:
        self._given: Counter[tuple[datetime.date, bool]] = Counter()

    def take(self, born: datetime.date, *, is_male: bool) -> tuple[str, datetime.date]:
        """The number and the day of birth in it."""
        while self._given[born, is_male] >= _PER_DAY:
            born += datetime.timedelta(days=1)
        self._given[born, is_male] += 1
        order = 2 * self._given[born, is_male] + (1 if is_male else 0)
        first = f"{REGION}{born:%Y%m%d}{order:03d}"
        return first + citizen_id_check_digit(first), born


def mobile(place: int) -> str:
    """The mobile number of the person at this place; 800 million of them are distinct."""
    turn, prefix = divmod(place, len(_MOBILE_PREFIXES))
    return f"{_MOBILE_PREFIXES[prefix]}{(turn * _SCRAMBLE + 12_345_678) % 100_000_000:08d}"


def office_phone(department: int, place: int) -> str:
    """021-9 and the department's three digits; its own numbers follow each other."""
    return f"021-9{department % 1000:03d}{place % 10_000:04d}"


def credit_code(kind: str, place: int) -> str:
    """A unified social credit code. kind: registration authority and class, as "11" for organs."""
    body = f"M{place:07d}" if place >= 1_000_000 else f"MB{place:06d}"
    values = [int(sign, 36) for sign in body]
    total = sum(weight * value for weight, value in zip(_ORGANISATION_WEIGHTS, values, strict=True))
    first = f"{kind}{REGION}{body}{_ORGANISATION_CHECKS[total % 11]}"
    return first + uscc_check_character(first)
