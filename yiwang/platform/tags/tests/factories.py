"""Tags of the cast's units."""

from typing import Any

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.tags.actions import member
from yiwang.platform.tags.actions import tag as acts
from yiwang.platform.tags.models import Tag

# A rule without which nothing is dynamic: whoever is called so.
CHIEFS = {"post": {"titles": ["科长"]}}


def tag(cast: Cast, name: str = "信息员", *, unit: str = "QP-0301", **more: Any) -> Tag:
    """A static tag of 朱家角镇, or of the unit with that code."""
    return acts.make_tag(cast.units[unit], name=name, actor=SYSTEM, **more)


def dynamic(cast: Cast, rule: dict[str, Any], name: str = "科长", *, unit: str = "QP", **more: Any) -> Tag:
    """A dynamic tag of the whole district, or of the unit with that code."""
    return acts.make_tag(cast.units[unit], name=name, rule=rule, actor=SYSTEM, **more)


def mark(cast: Cast, one: Tag, *logins: str, units: tuple[str, ...] = ()) -> int:
    """Put some of the cast, or units, on its list, as the system administrator would."""
    return member.add_members(
        one,
        persons=[cast.member(login).person.pk for login in logins],
        units=[cast.units[code].pk for code in units],
        actor=SYSTEM,
        viewer=cast.sun.principal(),
    )
