"""What applications ask of tags: which they may know, and whom of a list of ids they may name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.tags.models import Tag, TagMember, TagQuerySet
from yiwang.platform.tags.queries import members, tags


@dataclass(frozen=True, slots=True)
class Sorted:
    """Ids that may be named, and the others, of which nothing else is said."""

    good: list[int]
    bad: list[str]


def listed(caller: Caller) -> TagQuerySet:
    """Tags that it may use now, and those that it made, whatever their state."""
    own = Tag.objects.living().filter(client_id=caller.client_id).values("pk")
    usable = tags.usable_by(caller.unit_path).values("pk")
    return Tag.objects.filter(pk__in=own.union(usable)).select_related("unit").order_by("pk")


def known(caller: Caller, tag_id: int) -> Tag:
    """A tag that it may use or has made, be it to change it; whether it may is asked by the act."""
    found = listed(caller).filter(pk=tag_id).first()
    if found is None:
        raise tags.missing()
    return found


def usable(caller: Caller, tag_id: int) -> Tag:
    """A tag that it may use now."""
    return tags.usable(tag_id, caller.unit_path)


def persons(caller: Caller, given: Iterable[str]) -> Sorted:
    """Numbers of persons as texts: those that it may know of, and the rest."""
    seen = Person.objects.visible_to(caller.viewer).filter(sight__gt=0)
    return _sorted(given, lambda ids: {*seen.filter(pk__in=ids).values_list("pk", flat=True)})


def units(caller: Caller, given: Iterable[str]) -> Sorted:
    """The same for units."""
    seen = Unit.objects.living().visible_to(caller.viewer)
    return _sorted(given, lambda ids: {*seen.filter(pk__in=ids).values_list("pk", flat=True)})


def on_list(tag: Tag, caller: Caller, given: Iterable[str], *, is_unit: bool) -> Sorted:
    """The same for what stands on the list of a tag."""
    rows = TagMember.objects.filter(tag=tag, removed_at=None)
    visible = members.listed(tag, caller.viewer).values("pk")
    key = "unit_id" if is_unit else "person_id"
    found = rows.filter(pk__in=visible)
    return _sorted(given, lambda ids: {*found.filter(**{f"{key}__in": ids}).values_list(key, flat=True)})


def _sorted(given: Iterable[str], of: Callable[[set[int]], set[int | None]]) -> Sorted:
    texts = list(dict.fromkeys(given))
    ids = {text: int(text) for text in texts if text.isascii() and text.isdigit() and 0 < len(text) < 19}
    there = of(set(ids.values()))
    good = [number for number in ids.values() if number in there]
    return Sorted(good, [text for text in texts if ids.get(text) not in there])
