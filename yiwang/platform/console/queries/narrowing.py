"""What the lists of the console are narrowed by, and the units that its forms offer."""

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.platform.addressbook.queries import picks
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


def unit_picks(user: Any, sent: Mapping[str, Any], field: str) -> dict[str, list[picks.Pick]]:
    """What the unit picker shows: whom the form came back with, and what was found for what was typed."""
    chosen = str(sent.get(field, ""))
    is_chosen = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    text = str(sent.get("q", "")).replace("\0", "").strip()[:60]
    return {
        "chosen": picks.named_units(user, [int(chosen)]) if is_chosen else [],
        "found": picks.find_units(user, text) if text and not is_chosen else [],
    }


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
