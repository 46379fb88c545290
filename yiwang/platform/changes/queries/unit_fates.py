"""Who and what must be given a place when units are merged, split or revoked, and which places there are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from yiwang.kernel.extension.roles import roles
from yiwang.platform.accounts.models import RoleGrant
from yiwang.platform.accounts.queries.roles import label_of
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.queries import unit_parts, unit_touched
from yiwang.platform.changes.rules import plans
from yiwang.platform.org.models import Post, Unit

Kind = UnitChange.Kind
Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class Fate:
    """One that needs a place. key: of its field; choices: (value, label); value: the place it has now."""

    key: str
    name: str
    note: str
    choices: Choices
    value: str


@dataclass
class Fates:
    """All of a change. carried: (key, label, is chosen) of roles that may go over."""

    children: list[Fate] = field(default_factory=list)
    posts: list[Fate] = field(default_factory=list)
    carried: list[tuple[str, str, bool]] = field(default_factory=list)
    bulk: Choices = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.children or self.posts or self.carried)


def of(change: UnitChange) -> Fates:
    """The places as the plan has them; where it says nothing, the sensible ones."""
    plan = plans.read(change.kind, change.plan)
    target = unit_parts.target_of(change)
    if isinstance(plan, plans.Split) and target is not None:
        return _of_split(plan, target)
    if isinstance(plan, plans.Merge):
        sources = [Unit.objects.get(pk=pk) for pk in plan.sources if pk != plan.into]
        return _of_merge(plan, sources, plan.into, plan.unit.short_name if plan.unit else "")
    if isinstance(plan, plans.Revoke) and plan.to and target is not None:
        return _of_merge(plan, [target], plan.to, "")
    return Fates()


def _children_of(units: Sequence[Unit]) -> list[Unit]:
    living = Unit.objects.living().filter(parent__in=units)
    return list(living.select_related("parent").order_by("parent__position", "sort", "pk"))


def _posts_of(units: Sequence[Unit]) -> list[Post]:
    living = Post.objects.filter(unit__in=units, is_living=True)
    return list(living.select_related("person", "unit").order_by("unit__position", "sort", "pk"))


def _of_merge(plan: plans.Merge | plans.Revoke, sources: Sequence[Unit], into: int, new_name: str) -> Fates:
    name = unit_parts.names([into]).get(into, new_name)
    own = _children_of([Unit(pk=into)]) if into else []
    coming = [child for source in sources for child in _children_of([source])]  # as they will be merged
    fates = Fates()
    before: list[Unit] = list(own)
    for child in coming:
        choices = [(f"under:{into}", f"划入{name}")]
        choices += [(f"into:{one.pk}", f"与“{one.short_name}”合并") for one in before]
        same = next((one for one in before if one.full_name == child.full_name), None)
        known = plan.children.get(child.pk)
        value = f"{known.how}:{known.to}" if known else f"into:{same.pk}" if same else f"under:{into}"
        fates.children.append(Fate(f"child_{child.pk}", child.short_name, str(child.parent), choices, value))
        before.append(child)
    places = [
        (str(into), f"{name}（本级）"),
        *((str(one.pk), f"{one.parent} · {one.short_name}") for one in [*own, *coming]),
    ]
    for post in _posts_of(sources):
        value = str(plan.posts.get(post.pk, into))
        note = f"{post.unit.short_name}　{post.title}"
        fates.posts.append(Fate(f"post_{post.pk}", post.person.name, note, places, value))
    fates.bulk = places
    kept = plan.roles
    fates.carried = [
        (f"role_{one.pk}", _role(one), not _is_administrative(one) if kept is None else one.pk in kept)
        for one in unit_touched.carriable_roles(sources)
    ]
    return fates


def _role(given: RoleGrant) -> str:
    where = given.unit.short_name if given.unit else ""
    return f"{given.account.person.name}　{label_of(given.role)}（{where}）"


def _is_administrative(given: RoleGrant) -> bool:
    return given.role in roles and roles.get(given.role).is_administrative


def _of_split(plan: plans.Split, target: Unit) -> Fates:
    places = [(str(number), part.short_name) for number, part in enumerate(plan.parts, start=1)]
    if plan.survives:
        places = [("0", f"留在{target.short_name}"), *places]
    allowed = {value for value, _ in places}
    fates = Fates(bulk=places)
    for child in _children_of([target]):
        known = str(plan.children.get(child.pk, 0 if plan.survives else 1))
        value = known if known in allowed else places[0][0]
        fates.children.append(Fate(f"child_{child.pk}", child.short_name, "", places, value))
    for post in _posts_of([target]):
        known = str(plan.posts.get(post.pk, ""))
        value = known if known in allowed else ""
        fates.posts.append(
            Fate(f"post_{post.pk}", post.person.name, post.title, [("", "请选择"), *places], value)
        )
    return fates


def planned(change: UnitChange, data: dict[str, Any]) -> plans.Plan:
    """The plan with these places. data: cleaned values of the fields of `of`."""
    plan = plans.read(change.kind, change.plan)
    posts = {_id(key): int(value) for key, value in data.items() if key.startswith("post_")}
    children = {_id(key): str(value) for key, value in data.items() if key.startswith("child_")}
    carried = sorted(_id(key) for key, value in data.items() if key.startswith("role_") and value)
    written = plans.write(plan)
    if isinstance(plan, plans.Split):
        written |= {"posts": posts, "children": {pk: int(value) for pk, value in children.items()}}
    else:
        split = {pk: value.partition(":") for pk, value in children.items()}
        places = {pk: {"how": how, "to": int(to)} for pk, (how, _, to) in split.items()}
        written |= {"posts": posts, "children": places, "roles": carried}
    checked: plans.Plan = plans.read(change.kind, written)
    return checked


def _id(key: str) -> int:
    return int(key.partition("_")[2])
