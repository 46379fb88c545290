"""The lists about accounts: who has not activated his, temporary ones, unused ones, verifications, numbers.

Never a ranking: a work list is for the administrators of a unit, the district sees a total (§0.3 #1).
"""

import datetime
from dataclasses import dataclass

from django.db.models import Count, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Left
from django.utils import timezone

from yiwang.kernel.extension.worklists import MOST
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.models import Account, AccountQuerySet, Verification
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import MANAGE
from yiwang.platform.org.models import Person, PersonQuerySet, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL, STEP

UNUSED_DAYS = 90  # 等保 8.1.4.2: accounts nobody uses are found and barred
_DEPARTMENT_WIDTH = STEP * (DEPARTMENT_LEVEL + 1)
_LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def department_of(path: str) -> Subquery:
    """Short name of the department above the row's path."""
    above = Unit.objects.filter(path=Left(OuterRef(path), _DEPARTMENT_WIDTH))
    return Subquery(above.values("short_name")[:1])


def _own_units(user: Principal, column: str) -> Q:
    """The units whose accounts he looks after; who does so for the district has the list of his own only."""
    found = Q(pk__in=[])
    for path, below in user.scopes(MANAGE.key):
        own = path or user.unit_path[:_DEPARTMENT_WIDTH]
        if own and (below or not path):
            found |= Q(**{f"{column}__gte": own, f"{column}__lt": own + "~"})
        elif own:
            found |= Q(**{column: own})
    return found


def _all_units(user: Principal, column: str) -> Q:
    return Q() if ("", True) in user.scopes(MANAGE.key) else _own_units(user, column)


def should_have() -> PersonQuerySet:
    """在岗在编人员: each of them has an account to activate (R1-10)."""
    return Person.objects.filter(category=Person.Category.ESTABLISHED, status__in=Person.PRESENT)


def _activated() -> Exists:
    used = Account.objects.filter(person=OuterRef("pk"), activated_at__isnull=False)
    return Exists(used.exclude(state=Account.State.CLOSED))


def not_activated(user: Principal) -> PersonQuerySet:
    """Those of his own units who have not: without an account, not verified, or not activated."""
    living = Account.objects.filter(person=OuterRef("pk")).exclude(state=Account.State.CLOSED)
    rows = should_have().filter(~_activated(), _own_units(user, "unit_path")).select_related("unit")
    return rows.annotate(
        department=department_of("unit_path"),
        account_id=Subquery(living.values("pk")[:1]),
        account_state=Coalesce(Subquery(living.values("state")[:1]), Value("")),
        activation_until=Subquery(living.values("activation_expires_at")[:1]),
    )


@dataclass(frozen=True, slots=True)
class Activation:
    """A total, of the district or of his own units."""

    should: int
    done: int

    @property
    def missing(self) -> int:
        return self.should - self.done


def activation(user: Principal) -> Activation:
    """How many of those who should have activated their accounts, in one statement."""
    people = should_have().filter(_all_units(user, "unit_path"))
    found = people.aggregate(should=Count("pk"), done=Count("pk", filter=Q(_activated())))
    return Activation(found["should"], found["done"])


def by_kind_and_state(user: Principal) -> dict[tuple[str, str], int]:
    """(type, state) -> how many accounts he looks after."""
    rows = (
        Account.objects.visible_to(user).order_by().values_list("kind", "state").annotate(number=Count("pk"))
    )
    return {(kind, state): number for kind, state, number in rows}


def temporary(user: Principal) -> AccountQuerySet:
    """Temporary accounts in his reach."""
    rows = Account.objects.visible_to(user).filter(kind=Account.Kind.TEMPORARY)
    return rows.select_related("person", "sponsor", "sponsor_unit")


def workdays_left(account: Account, today: datetime.date | None = None) -> int | None:
    """Working days until it ends; None when it is over or has no end."""
    over = (Account.State.EXPIRED, Account.State.CLOSED)
    if account.expires_on is None or account.state in over:
        return None
    return workdays.workdays_between(today or timezone.localdate(), account.expires_on)


def unused(user: Principal, *, now: datetime.datetime | None = None) -> AccountQuerySet:
    """Accounts in order that nobody has logged in with for 90 days."""
    before = (now or timezone.now()) - datetime.timedelta(days=UNUSED_DAYS)
    known = Coalesce("last_login", "activated_at", Value(_LONG_AGO), output_field=DateTimeField())
    rows = Account.objects.visible_to(user).filter(state=Account.State.ACTIVE)
    return (
        rows.annotate(used_at=known, department=department_of("person__unit_path"))
        .filter(used_at__lt=before)
        .select_related("person__unit", "sponsor_unit")
    )


def verifications(user: Principal) -> QuerySet[Verification]:
    """Questions to the real-name service about accounts in his reach; superseded ones are left out."""
    own = Account.objects.visible_to(user).order_by().values("pk")
    rows = Verification.objects.filter(account__in=own).exclude(outcome=Verification.Outcome.SUPERSEDED)
    return rows.select_related("account__person__unit", "account__sponsor_unit").annotate(
        department=department_of("account__person__unit_path"),
        standing=F("account__verification"),
    )


def unused_number(user: Principal) -> int:
    """How many accounts are unused."""
    return unused(user).order_by().values("pk")[:MOST].count()


def not_activated_number(user: Principal) -> int:
    """How many of his own units have not activated theirs."""
    return not_activated(user).order_by().values("pk")[:MOST].count()
