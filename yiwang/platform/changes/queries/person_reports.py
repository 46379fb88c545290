"""Figures about persons, accounts and operations, within the part of the tree that somebody administers (§2).

Totals for the unit's own administrators and the district; no ranking of units or persons anywhere.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from yiwang.platform.accounts.models import Account
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.org.models import Person, Post

Kind = PersonOperation.Kind
Count_ = tuple[str, int]
AWAY = (Post.Kind.SECONDMENT, Post.Kind.ATTACHMENT)


def reach(viewer: Any, column: str) -> Q:
    """Rows of the units he administers; all for the district."""
    if viewer.allows("changes.review_district"):
        return Q()
    scope = Q(pk__in=[])
    for path, below in viewer.scopes("changes.apply"):
        if not path:
            return Q()
        scope |= Q(**{f"{column}__gte": path, f"{column}__lt": path + "~"}) if below else Q(**{column: path})
    return scope


@dataclass(frozen=True, slots=True)
class Figures:
    """The page of reports. timeliness: in time, and due; None when nothing was due."""

    people: int
    by_category: Sequence[Count_]
    by_establishment: Sequence[Count_]
    by_status: Sequence[Count_]
    accounts_by_kind: Sequence[Count_]
    accounts_by_state: Sequence[Count_]
    not_activated: int
    several_posts: int
    secondments: int
    overdue: int
    this_month: Sequence[Count_]
    in_time: int
    due: int

    @property
    def timeliness(self) -> int | None:
        """及时率 in whole percent: changes in effect by their day ÷ changes due."""
        return None if not self.due else round(self.in_time * 100 / self.due)


def figures(viewer: Any, *, today: datetime.date) -> Figures:
    """Everything the page shows, in ten statements."""
    serving = Person.objects.filter(reach(viewer, "unit_path"), status__in=Person.PRESENT).exclude(
        category=Person.Category.EXTERNAL
    )
    accounts = _accounts(viewer)
    operations = PersonOperation.objects.filter(reach(viewer, "unit_path"))
    month = operations.filter(applied_at__date__gte=today.replace(day=1), applied_at__date__lte=today)
    by_category = _counted(serving, "category", Person.Category)
    year = operations.filter(due_on__gte=today.replace(month=1, day=1))
    open_ones = Q(applied_at=None, due_on__lt=today) & ~Q(state__in=PersonOperation.ENDED)
    told = year.aggregate(
        in_time=Count("pk", filter=Q(applied_at__isnull=False, is_late=False)),
        applied=Count("pk", filter=Q(applied_at__isnull=False)),
        waiting=Count("pk", filter=open_ones),
    )
    waiting = (Account.State.UNVERIFIED, Account.State.INACTIVE)
    closed = Account.State.CLOSED
    return Figures(
        people=sum(number for _, number in by_category),
        by_category=by_category,
        by_establishment=_counted(serving, "establishment", Person.Establishment),
        by_status=_counted(serving, "status", Person.Status),
        accounts_by_kind=_summed(accounts, 0, Account.Kind, lambda key: key[1] != closed),
        accounts_by_state=_summed(accounts, 1, Account.State, lambda key: True),
        not_activated=sum(number for (_, state), number in accounts.items() if state in waiting),
        several_posts=people_with_several_posts(viewer).count(),
        secondments=posts_away(viewer).count(),
        overdue=queries.overdue(today).filter(reach(viewer, "unit_path")).count(),
        this_month=_counted(month, "kind", Kind),
        in_time=told["in_time"],
        due=told["applied"] + told["waiting"],
    )


def _accounts(viewer: Any) -> dict[tuple[str, str], int]:
    """(kind, state) -> how many accounts of his units."""
    mine = reach(viewer, "person__unit_path") | reach(viewer, "sponsor_unit__path")
    rows = Account.objects.get_queryset().filter(mine).order_by().values_list("kind", "state")
    return {(kind, state): number for kind, state, number in rows.annotate(Count("pk"))}


def _summed(
    counted: dict[tuple[str, str], int],
    place: int,
    words: Any,
    includes: Callable[[tuple[str, str]], bool],
) -> list[Count_]:
    """(word, how many) by one part of the key."""
    found: dict[str, int] = {}
    for key, number in counted.items():
        if includes(key):
            found[key[place]] = found.get(key[place], 0) + number
    return [(str(one.label), found[one.value]) for one in words if found.get(one.value)]


def _counted(rows: QuerySet[Any], column: str, words: Any) -> list[Count_]:
    """(word, how many) in the order of the words; those that are nought are left out."""
    found = dict(rows.order_by().values_list(column).annotate(Count("pk")))
    named = [(str(one.label), found[one.value]) for one in words if found.get(one.value)]
    return [*named, *([("未填写", found[""])] if found.get("") else [])]


def people_with_several_posts(viewer: Any) -> QuerySet[Person]:
    """Who holds more than one living post."""
    several = Post.objects.filter(is_living=True).exclude(kind=Post.Kind.MAIN).values("person")
    return Person.objects.filter(reach(viewer, "unit_path"), pk__in=several).select_related("unit")


def posts_away(viewer: Any) -> QuerySet[Post]:
    """Running 借调 and 挂职, of those who are away and of those who came (借调表)."""
    mine = reach(viewer, "unit__path") | reach(viewer, "person__unit_path")
    return Post.objects.filter(mine, is_living=True, kind__in=AWAY).select_related("person__unit", "unit")


def overdue_in_reach(viewer: Any, *, today: datetime.date | None = None) -> int:
    """How many operations of his units are late and not in effect."""
    late = queries.overdue(today or timezone.localdate())
    return late.filter(reach(viewer, "unit_path"))[:1_000].count()


def failed_in_reach(viewer: Any) -> int:
    """How many of his units' operations wait to be tried again, mended or cancelled."""
    failed = PersonOperation.objects.filter(reach(viewer, "unit_path"), state=PersonOperation.State.FAILED)
    return failed[:1_000].count()


def drafts_in_reach(viewer: Any) -> int:
    """How many drafts of his units wait to be submitted."""
    drafts = PersonOperation.objects.filter(reach(viewer, "unit_path"), state=PersonOperation.State.DRAFT)
    return drafts[:1_000].count()


def ending_in_reach(viewer: Any, *, today: datetime.date | None = None) -> int:
    """How many 借调 and 挂职 end within thirty days."""
    until = (today or timezone.localdate()) + datetime.timedelta(days=30)
    return posts_away(viewer).filter(valid_to__lte=until)[:1_000].count()


def month_query(today: datetime.date) -> str:
    """The address of this month's list."""
    return f"applied_from={today.replace(day=1)}&applied_to={today}"


ENDING = (("soon", "30日内到期"),)


def ending(value: str) -> Q:
    """The condition of the filter 到期."""
    return Q(valid_to__lte=timezone.localdate() + datetime.timedelta(days=30))
