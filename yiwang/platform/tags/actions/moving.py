"""Tags of a unit that is dissolved go to its successor, with everything that hangs on them."""

from typing import Any

from django.db import transaction

from yiwang.kernel.audit import actions as audit
from yiwang.platform.org.models import Unit
from yiwang.platform.tags.actions import feed
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.models.tag import NAME_LENGTH
from yiwang.platform.tags.vocabulary import MOVED


@transaction.atomic
def move_to_unit(path: str, target: str, actor: Any) -> None:
    """Give the tags of the unit with this path to the one with that; a name that is taken gets a mark."""
    heir = Unit.objects.get(path=target)
    taken = set(Tag.objects.living().filter(unit=heir).values_list("name", flat=True))
    moving = Tag.objects.living().filter(unit__path=path).select_related("unit").order_by("pk")
    for tag in moving.select_for_update(of=("self",)):
        before = tag.unit.short_name
        tag.name = _free(tag.name, before, taken)
        tag.unit = heir
        tag.version += 1
        tag.save(update_fields=["name", "unit", "version", "changed_at"])
        taken.add(tag.name)
        audit.record(MOVED, tag, actor=actor, changes={"unit": [before, heir.short_name]})
        feed.follow(tag)


def _free(name: str, origin: str, taken: set[str]) -> str:
    """信息员, or 信息员（原档案局）, or 信息员（原档案局2）."""
    if name not in taken:
        return name
    number = 1
    while True:
        mark = f"（原{origin[:10]}{number if number > 1 else ''}）"
        found = f"{name[: NAME_LENGTH - len(mark)]}{mark}"
        if found not in taken:
            return found
        number += 1
