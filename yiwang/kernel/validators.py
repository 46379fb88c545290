"""Checks of identity numbers, telephones, names and document numbers, with the fixed Chinese refusals.

Pure functions: each takes what a user typed, returns the normalised value or raises `Invalid`.
Source: domain reference §0.4. Not for uniqueness or anything else that needs the database.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError


class Invalid(ValueError):
    """The value is refused; the message is shown to the user as it stands."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def as_form_validator(check: Callable[[str], object]) -> Callable[[str], None]:
    """The same check for a Django form field's `validators`."""

    def validate(value: str) -> None:
        try:
            check(value)
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal

    return validate


def _plain(text: str) -> str:
    """Full-width letters and digits made ASCII, every kind of space removed."""
    return "".join(unicodedata.normalize("NFKC", text).split())


# --- 公民身份号码, GB 11643-1999 -----------------------------------------------------------------

_CITIZEN_ID = re.compile(r"[1-9][0-9]{16}[0-9X]")
_CITIZEN_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_ID_CHECKS = "10X98765432"
_OUT_OF_RANGE = "身份证号码中的出生日期超出合理范围"
ACCOUNT_AGES = (16, 100)


class Sex(StrEnum):
    """Sex as the 17th digit tells it."""

    MALE = "男"
    FEMALE = "女"


@dataclass(frozen=True)
class CitizenId:
    """A checked citizen ID. Sex and birth date are derived from it, never asked for."""

    number: str
    sex: Sex
    birth_date: date


def citizen_id_check_digit(first_seventeen: str) -> str:
    """The 18th character that belongs to the first seventeen."""
    total = sum(
        int(digit) * weight for digit, weight in zip(first_seventeen, _CITIZEN_ID_WEIGHTS, strict=True)
    )
    return _CITIZEN_ID_CHECKS[total % 11]


def citizen_id(text: str, *, today: date, ages: tuple[int, int] = ACCOUNT_AGES) -> CitizenId:
    """Check an 18-digit citizen ID; ages: youngest and oldest age in full years on `today`.

    The first six digits are not checked: old county codes live on (青浦县 310229), and residence
    permits of Hong Kong, Macao and Taiwan residents begin with 81, 82, 83.
    """
    number = _plain(text).upper()
    if re.fullmatch(r"[0-9]{15}", number):
        raise Invalid("请填写18位身份证号码（一代身份证号已停用）")
    if not _CITIZEN_ID.fullmatch(number):
        raise Invalid("身份证号码格式不正确，应为18位数字（末位可为X）")
    if citizen_id_check_digit(number[:17]) != number[17]:
        raise Invalid("身份证号码校验位错误")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise Invalid("身份证号码中的出生日期无效") from None
    youngest, oldest = ages
    if born.year < 1800 or not youngest <= full_years(born, today) <= oldest:
        raise Invalid(_OUT_OF_RANGE)
    return CitizenId(number, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE, born)


def full_years(born: date, today: date) -> int:
    """Age in full years; negative before birth. Born on 29 February: a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def mask_citizen_id(number: str) -> str:
    """Region and last four characters only: 310118********001X."""
    return (
        f"{number[:6]}{'*' * max(0, len(number) - 10)}{number[-4:]}"
        if len(number) > 10
        else "*" * len(number)
    )


# --- 统一社会信用代码, GB 32100-2015 ---------------------------------------------------------------

_USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def uscc_check_character(first_seventeen: str) -> str:
    """The 18th character that belongs to the first seventeen."""
    total = sum(
        _USCC_CHARACTERS.index(character) * weight
        for character, weight in zip(first_seventeen, _USCC_WEIGHTS, strict=True)
    )
    return _USCC_CHARACTERS[(31 - total % 31) % 31]


def uscc(text: str) -> str:
    """Check a unified social credit code and return it in capitals.

    The inner organisation code's own check digit (GB 11714) is left alone: the outer one covers it.
    """
    code = _plain(text).upper()
    if any(character not in _USCC_CHARACTERS for character in code):
        raise Invalid("统一社会信用代码含非法字符")
    if len(code) != 18 or not code[2:8].isdigit():
        raise Invalid("统一社会信用代码格式不正确，应为18位，其中第3至8位为行政区划代码")
    if uscc_check_character(code[:17]) != code[17]:
        raise Invalid("统一社会信用代码校验位错误")
    return code


# --- Telephones and e-mail ----------------------------------------------------------------------

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_OFFICE_PHONE = re.compile(r"(0[0-9]{2,3}-)?[2-9][0-9]{6,7}(-[0-9]{1,6})?")
_DASHES = re.compile(r"[‐‑‒–—―−－]|转")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
PUBLIC_MAILBOXES = frozenset(
    {
        *("qq.com", "foxmail.com", "163.com", "126.com", "yeah.net", "188.com", "139.com", "189.cn", "wo.cn"),
        *("sina.com", "sina.cn", "sohu.com", "aliyun.com", "21cn.com", "tom.com", "gmail.com", "outlook.com"),
        *("hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com"),
    }
)


def mobile(text: str) -> str:
    """Check a mainland mobile number; spaces, hyphens and +86 are dropped."""
    number = re.sub(r"^(\+86|0086)", "", _DASHES.sub("-", _plain(text)).replace("-", ""))
    if not _MOBILE.fullmatch(number):
        raise Invalid("手机号码格式不正确，应为11位数字")
    return number


def mask_mobile(number: str) -> str:
    """138****5678. Whatever is not 11 characters long is hidden altogether."""
    return f"{number[:3]}****{number[7:]}" if len(number) == 11 else "*" * len(number)


def office_phone(text: str) -> str:
    """Check an office telephone: area code and extension optional, as in 021-69713333-801."""
    number = _DASHES.sub("-", _plain(text))
    if not _OFFICE_PHONE.fullmatch(number):
        raise Invalid("办公电话格式不正确，如：021-69713333 或 021-69713333-801")
    return number


def email(text: str) -> str:
    """Check an e-mail address; the domain is made lower-case."""
    address = _plain(text)
    name, _, domain = address.rpartition("@")
    if len(address) > 254 or len(name) > 64 or not _EMAIL.fullmatch(address):
        raise Invalid("电子邮箱格式不正确")
    return f"{name}@{domain.lower()}"


def public_mailbox_warning(address: str) -> str:
    """What to warn of when the address lies with a public provider; "" otherwise. Never a refusal."""
    domain = address.rpartition("@")[2].lower()
    is_public = any(domain == public or domain.endswith(f".{public}") for public in PUBLIC_MAILBOXES)
    return "该邮箱为互联网公共邮箱，建议填写政务邮箱" if is_public else ""


# --- Names --------------------------------------------------------------------------------------

# CJK unified ideographs with extensions A to I, 〇, and the compatibility block's twelve real ideographs.
HANZI = (
    r"\u3007\u3400-\u4dbf\u4e00-\u9fff\ufa0e\ufa0f\ufa11\ufa13\ufa14\ufa1f\ufa21\ufa23\ufa24\ufa27-\ufa29"
    r"\U00020000-\U0002ebe0\U0002ebf0-\U0002ee5d\U00030000-\U000323af"
)
_MIDDLE_DOTS = re.compile(r"[•．・‧∙⋅･᛫●]")
_NAME = re.compile(rf"[{HANZI}]+(·[{HANZI}]+)*")
_HANZI_ONLY = re.compile(rf"[{HANZI}·]+")
NAME_LENGTHS = (2, 30)


def person_name(text: str) -> str:
    """Check a person's name: 2 to 30 Chinese characters, middle dots inside made U+00B7.

    Blanks around it are dropped as everywhere, blanks inside are refused.
    """
    name = _MIDDLE_DOTS.sub("·", unicodedata.normalize("NFC", text.strip()))
    if not _HANZI_ONLY.fullmatch(name):
        raise Invalid("姓名只能包含汉字和间隔号")
    if not _NAME.fullmatch(name):
        raise Invalid("姓名中的间隔号只能用在汉字之间")
    if not NAME_LENGTHS[0] <= len(name) <= NAME_LENGTHS[1]:
        raise Invalid("姓名应为2至30个字")
    return name


def mask_name(name: str) -> str:
    """The first character only: 张*."""
    return name[:1] + "*" * (len(name) - 1)


# --- 发文字号, GB/T 9704-2012 7.2.5 -----------------------------------------------------------------

_DOCUMENT_NUMBER = re.compile(r"([\u4e00-\u9fa5]{1,12})〔(20[0-9]{2})〕([1-9][0-9]{0,4})号")
_OPENING = re.compile(r"[\[【(（﹝［〖\u3014]")
_CLOSING = re.compile(r"[\]】)）﹞］〗\u3015]")


@dataclass(frozen=True)
class DocumentNumber:
    """A checked document number. change: what was normalised, to be shown to the user, or ""."""

    text: str
    agency_word: str
    year: int
    number: int
    change: str


def document_number(text: str) -> DocumentNumber:
    """Check a document number such as 青政务〔2023〕48号; other brackets become hexagonal ones."""
    typed = text.strip()
    normal = _CLOSING.sub("〕", _OPENING.sub("〔", _plain(typed)))
    match = _DOCUMENT_NUMBER.fullmatch(normal)
    if not match:
        raise Invalid("发文字号格式不正确，应为“代字〔年份〕序号号”，如：青政务〔2023〕48号")
    change = "" if normal == typed else f"已将“{typed}”规范为“{normal}”"
    return DocumentNumber(normal, match[1], int(match[2]), int(match[3]), change)
