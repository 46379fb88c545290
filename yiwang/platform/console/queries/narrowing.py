"""What the lists of the console are narrowed by."""

from typing import Any

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL


def departments(user: Any) -> list[tuple[str, str]]:
    """The level-2 units he may see, by code, in their maintained order."""
    units = Unit.objects.living().visible_to(user).filter(level=DEPARTMENT_LEVEL).order_by("position")
    return list(units.values_list("code", "short_name"))


def unit_by_code(user: Any, code: str) -> tuple[str, str] | None:
    """(name, path) of a unit he may see."""
    unit = Unit.objects.visible_to(user).filter(code=code).first()
    return (unit.short_name, unit.path) if unit else None


def verb_choices(user: Any) -> list[tuple[str, str]]:
    """Audit verbs by key, with their sentence as the label."""
    return sorted((verb.key, verb.sentence.replace("{target}", "").strip()) for verb in audit_verbs)


def changes_in_words(entry: Entry) -> str:
    """“状态：正常 → 停用；…”: what changed, one field after the other."""
    pairs = entry.changed_fields.items()
    return "；".join(f"{field}：{_word(change, 0)} → {_word(change, 1)}" for field, change in pairs)


def _word(change: Any, place: int) -> str:
    value = change[place] if isinstance(change, list) and len(change) == 2 else change
    return "无" if value in (None, "") else str(value)
