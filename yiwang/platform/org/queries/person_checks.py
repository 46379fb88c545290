"""What must hold of a person's data before it is written. Each check raises the refusal that people read."""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from yiwang.kernel import validators
from yiwang.kernel.errors import Refused
from yiwang.platform.org.models import Code, Person
from yiwang.platform.org.queries import codes, people, units

_DOCUMENT = re.compile(r"[A-Z0-9()（）-]{5,20}")
_SEXES = {validators.Sex.MALE: Person.Sex.MALE, validators.Sex.FEMALE: Person.Sex.FEMALE}
_LENGTHS = {"name_mark": 20, "former_name": 100, "room": 100}
_CODES = {
    "duty_level": Code.List.DUTY_LEVEL,
    "grade": Code.List.GRADE,
    "post_grade": Code.List.POST_GRADE,
}
_CHOICES = {"category": Person.Category, "establishment": Person.Establishment, "id_kind": Person.IdKind}
_NUMBERS: dict[str, Callable[[str], str]] = {
    "mobile": validators.mobile,
    "second_mobile": validators.mobile,
    "office_phone": validators.office_phone,
    "email": validators.email,
}

# What may be said of a person. Sex and birth date follow from the identity number.
FIELDS = (
    *("name", "name_mark", "former_name", "id_kind", "id_number", "mobile", "second_mobile"),
    *("category", "establishment", "duty_level", "grade", "post_grade", "contract_ends_on"),
    *("office_phone", "room", "email"),
)


def checked(values: Mapping[str, Any], *, today: datetime.date) -> dict[str, Any]:
    """The values as they are kept, those that were given; all faults are told at once.

    With an identity number come sex and birth date. id_kind is read from `values`, a citizen's without it.
    """
    clean: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field, value in values.items():
        if field not in FIELDS:
            raise LookupError(f"{field} is nothing that is said of a person")
        try:
            clean[field] = _clean(field, value, values)
        except validators.Invalid as error:
            faults[field] = error.message
    if "id_number" in clean and clean.get("id_kind", Person.IdKind.CITIZEN) == Person.IdKind.CITIZEN:
        try:
            citizen = validators.citizen_id(clean["id_number"], today=today)
        except validators.Invalid as error:
            faults["id_number"] = error.message
        else:
            clean |= {"id_number": citizen.number, "birth_date": citizen.birth_date}
            clean["sex"] = str(_SEXES[citizen.sex])
    if faults:
        code = "E-PER-01" if "id_number" in faults else ""
        raise Refused(next(iter(faults.values())), status=422, code=code, fields=faults)
    return clean


def _clean(field: str, value: Any, values: Mapping[str, Any]) -> Any:
    if field == "contract_ends_on":
        return value
    text = str(value or "").strip()
    if field == "name":
        return validators.person_name(text)
    if field == "id_number":
        kind = values.get("id_kind") or Person.IdKind.CITIZEN
        return text if kind == Person.IdKind.CITIZEN else _document(text)
    if field in _NUMBERS and text:
        return _NUMBERS[field](text)
    if field == "mobile":
        raise validators.Invalid("请填写手机号码")
    if field in _CODES and text and not codes.is_code(_CODES[field], text):
        raise validators.Invalid(f"{_CODES[field].label}不在代码表中，请重新选择")
    if field in _CHOICES and text and text not in _CHOICES[field].values:
        raise validators.Invalid("请从选项中选择")
    if len(text) > _LENGTHS.get(field, 254):
        raise validators.Invalid(f"不能超过{_LENGTHS[field]}个字")
    return text


def _document(text: str) -> str:
    """A passport or permit: free text without check digit (domain reference §0.4)."""
    number = "".join(text.split()).upper()
    if not _DOCUMENT.fullmatch(number):
        raise validators.Invalid("证件号码应为5至20位字母或数字")
    return number


def require_new(id_number: str, *, besides: int | None = None) -> None:
    """One identity number is one person in the whole district (E-PER-02)."""
    same = people.with_id_number(id_number).select_related("unit")
    known = (same if besides is None else same.exclude(pk=besides)).first()
    if known is None:
        return
    if known.status in Person.GONE:
        raise Refused("该人员曾在本区任职，请恢复原人员档案", status=409, code="E-PER-02")
    department = units.department_of(known.unit) if known.unit else None
    # Of a hidden department nobody is told, whoever holds the number of one of its people.
    place = department.short_name if department and not department.zone else "本区"
    raise Refused(f"该人员已在{place}任职，请办理调动、借调或兼任", status=409, code="E-PER-02")


def completeness_faults(values: Mapping[str, Any]) -> dict[str, str]:
    """What an application must say of a person besides (R1-10, domain reference §2); field -> message."""
    faults = {}
    category, establishment = values.get("category", ""), values.get("establishment", "")
    if category == Person.Category.ESTABLISHED:
        if not establishment:
            faults["establishment"] = "在编人员请填写编制类型"
        elif establishment not in Person.ESTABLISHMENTS:
            faults["establishment"] = "编制类型与人员类别“在编人员”不符"
        if not values.get("office_phone"):
            faults["office_phone"] = "在编人员请填写办公电话"
    if category == Person.Category.CONTRACTED and establishment in Person.ESTABLISHMENTS:
        faults["establishment"] = "编制类型与人员类别“非编制内聘用人员”不符"
    if values.get("mobile") and values.get("mobile") == values.get("second_mobile"):
        faults["second_mobile"] = "备用手机号码不能与手机号码相同"
    return faults
