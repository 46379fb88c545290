"""What the screens of person operations are narrowed by, and what their pickers offer."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.addressbook.queries import unit_names, unit_search
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import operation_words as said
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.org.queries import people

Kind, State = PersonOperation.Kind, PersonOperation.State
_MOST_OPTIONS = 20
_NO_POSTS = (Unit.NodeType.CATEGORY, Unit.NodeType.GROUP)

LATE = (
    ("waiting", "已逾期未生效"),
    ("late", "逾期生效"),
    ("soon", "2个工作日内到期"),
    ("in_time", "按期生效"),
)
OPEN = (("yes", "办理中"), ("no", "已办结"))


def lateness(value: str) -> Q:
    """The condition of the filter 时限."""
    today = timezone.localdate()
    open_ones = Q(applied_at=None) & ~Q(state__in=PersonOperation.ENDED)
    match value:
        case "waiting":
            return open_ones & Q(due_on__lt=today)
        case "soon":
            until = workdays.add_workdays(today, 2)
            return open_ones & Q(due_on__gte=today, due_on__lte=until)
        case "late":
            return Q(applied_at__isnull=False, is_late=True)
    return Q(applied_at__isnull=False, is_late=False)


def departments(user: Any) -> list[tuple[str, str]]:
    """The level-2 units he may see, by code, in their maintained order."""
    found = Unit.objects.living().visible_to(user).filter(level=DEPARTMENT_LEVEL).order_by("position")
    return list(found.values_list("code", "short_name"))


def unit_by_code(user: Any, code: str) -> tuple[str, str] | None:
    """(name, path) of a unit he may see."""
    unit = Unit.objects.visible_to(user).filter(code=code).first()
    return (unit.short_name, unit.path) if unit else None


def remaining(operation: PersonOperation, today: datetime.date) -> int | None:
    """Working days left until it must be in effect, negative when late; None when that is over."""
    if operation.applied_at is not None or operation.state in PersonOperation.ENDED:
        return None
    return workdays.workdays_between(today, operation.due_on)


def units_to_pick(viewer: Any, text: str, *, own: bool) -> list[tuple[int, str, str]]:
    """(id, name, note) of units where somebody can serve: his own part of the tree, or all he may see."""
    typed = text.strip()
    if not typed:
        return []
    scopes = viewer.scopes("changes.apply") if own else []
    if not own or any(not path for path, _ in scopes):
        hits = unit_search.find(viewer, typed, limit=_MOST_OPTIONS * 2) if len(typed) > 1 else []
        ids = [hit.id for hit in hits if hit.node_type not in _NO_POSTS][:_MOST_OPTIONS]
        names = unit_names.names_of(ids)
        return [_option(hit.id, hit.full_name, *names[hit.id]) for hit in hits if hit.id in ids]
    inside = Q(pk__in=[])
    for path, below in scopes:
        inside |= Q(path__gte=path, path__lt=path + "~") if below else Q(path=path)
    found = Unit.objects.living().filter(inside).exclude(node_type__in=_NO_POSTS)
    found = found.filter(Q(short_name__contains=typed) | Q(full_name__contains=typed) | Q(code=typed.upper()))
    rows = list(found.order_by("level", "position")[:_MOST_OPTIONS])
    names = unit_names.names_of([row.pk for row in rows])
    return [_option(row.pk, row.full_name, *names[row.pk]) for row in rows]


def _option(unit_id: int, full_name: str, name: str, department: str) -> tuple[int, str, str]:
    shown = name if name == department else f"{department} · {name}"
    return unit_id, shown, full_name if full_name != name else ""


def unit_option(unit: Unit | None) -> tuple[int, str] | None:
    """(id, name) of a chosen unit, as the picker shows it."""
    if unit is None:
        return None
    name, department = unit_names.names_of([unit.pk])[unit.pk]
    return unit.pk, name if name == department else f"{department} · {name}"


def person_to_pick(viewer: Any, person_id: int) -> Person | None:
    """The person an application shall be about, if he may name him."""
    return queries.people_in_reach(viewer).filter(pk=person_id).select_related("unit").first()


def people_found(viewer: Any, text: str) -> list[tuple[Person, str]]:
    """(person, where he serves) for what was typed, in the maintained order."""
    if not text.strip():
        return []
    found = list(queries.people_to_pick(viewer, text)[:_MOST_OPTIONS])
    names = unit_names.names_of([one.unit_id for one in found if one.unit_id])
    return [(one, _place(one, names.get(one.unit_id or 0, ("", "")))) for one in found]


def _place(person: Person, names: Sequence[str]) -> str:
    name, department = names
    return " · ".join(dict.fromkeys(filter(None, (department, name, person.title))))


def kinds_for(viewer: Any, person: Person) -> list[str]:
    """Which operations he may begin about this person."""
    if person.category == Person.Category.EXTERNAL or rules.is_about_himself(viewer, person.pk):
        return []
    home = person.unit.path if person.unit else ""
    if not home or person.status in Person.GONE:
        return []
    kinds: list[str] = [Kind.TRANSFER, Kind.SECOND, Kind.CONCURRENT]
    if rules.can_apply(viewer, home):
        kinds = [Kind.CORRECT, *kinds, Kind.DEREGISTER]
    if any(rules.can_apply(viewer, post.unit.path) for post in _further_posts(person.pk)):
        kinds.append(Kind.REMOVE)
    order = list(Kind.values)
    return sorted(kinds, key=order.index)


def _further_posts(person_id: int) -> list[Post]:
    return [post for post in people.posts_of(person_id) if post.kind != Post.Kind.MAIN]


def removable_posts(viewer: Any, person_id: int) -> list[tuple[Post, str]]:
    """His posts that may be ended one by one, where this administrator may."""
    posts = _further_posts(person_id)
    return [
        (post, f"{said.post_name(post)}（{post.get_kind_display()}）")
        for post in posts
        if rules.can_apply(viewer, post.unit.path)
    ]


def concurrent_posts(person_id: int) -> list[tuple[Post, str]]:
    """What a transfer may end besides the main post."""
    kept = (Post.Kind.MAIN, Post.Kind.SECONDMENT)
    return [
        (post, f"{said.post_name(post)}（{post.get_kind_display()}）")
        for post in _further_posts(person_id)
        if post.kind not in kept
    ]


def running_secondment(person_id: int) -> Post | None:
    """The secondment he is on."""
    return next((post for post in _further_posts(person_id) if post.kind == Post.Kind.SECONDMENT), None)


def warnings(operation: PersonOperation) -> list[str]:
    """What reviewers should know; nothing here blocks."""
    found = [
        rules.burden_warning(operation.kind, queries.is_town(operation.from_unit) and operation.post is None)
    ]
    open_one = operation.state not in PersonOperation.ENDED
    if open_one and operation.effective_on > operation.due_on:
        found.append(f"生效日期晚于更新期限{operation.due_on.isoformat()}，生效时将计为逾期")
    if open_one and operation.to_unit is not None and operation.kind in (Kind.ADD, Kind.TRANSFER):
        establishment = operation.payload.get("facts", {}).get("establishment", "")
        if operation.kind == Kind.TRANSFER and operation.person is not None:
            establishment = operation.person.establishment
        found.append(queries.quota_fault(operation.to_unit, establishment, besides=operation.person_id))
    return [one for one in found if one]
