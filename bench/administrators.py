"""What graded administrators do in the console, each in his own branch and in administration mode."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from django.urls import reverse
from django.utils import timezone

from bench.requests import Request, cookie_of
from yiwang.platform.accounts.models import Account, RoleGrant, Session
from yiwang.platform.org.models import Person, Unit

_ADMINISTRATORS = 60
_PER_BRANCH = 20


@dataclass(frozen=True)
class Branch:
    """One administrator's cookie with some of the units and people he looks after."""

    cookie: str
    units: list[tuple[int, str]]
    names: list[str]


_branches: list[Branch] = []


def branches() -> list[Branch]:
    """The same for all scenarios of a run."""
    if not _branches:
        granted = RoleGrant.objects.filter(
            role="accounts.graded_administrator",
            ended_at=None,
            account__state=Account.State.ACTIVE,
            unit__isnull=False,
        )
        found = list(granted.select_related("account__person", "unit").order_by("id"))
        some = random.Random("branches").sample(found, min(len(found), _ADMINISTRATORS))
        _branches.extend(_branch(one.account, one.unit) for one in some if one.unit is not None)
    return _branches


def _branch(account: Account, unit: Unit) -> Branch:
    dice = random.Random(f"branch {unit.pk}")
    cookie = cookie_of(account)
    living = Session.objects.filter(account=account, agent="bench")
    living.update(administers_until=timezone.now() + timedelta(days=1), administers_for="性能测试")
    units = list(Unit.objects.living().below(unit.path).values_list("pk", "code")[:5_000])
    people = Person.objects.filter(unit_path__gte=unit.path, unit_path__lt=f"{unit.path}~")
    names = list(people.values_list("name", flat=True)[:5_000])
    return Branch(
        cookie,
        dice.sample(units, min(len(units), _PER_BRANCH)),
        dice.sample(names, min(len(names), _PER_BRANCH)),
    )


def home(cookies: Sequence[str], password: str) -> list[Request]:
    return [Request(reverse("console:home"), one.cookie) for one in branches()]


def tree_level(cookies: Sequence[str], password: str) -> list[Request]:
    return _of_units("console:tree_level")


def unit(cookies: Sequence[str], password: str) -> list[Request]:
    return _of_units("console:tree_unit")


def _of_units(name: str) -> list[Request]:
    return [
        Request(reverse(name, args=[pk]), branch.cookie) for branch in branches() for pk, _ in branch.units
    ]


def people(cookies: Sequence[str], password: str) -> list[Request]:
    """The whole list, by unit, by the beginning of a name, by state and by kind of post."""
    path = reverse("console:people")
    found = []
    for branch in branches():
        found.append(Request(path, branch.cookie))
        found += [Request(f"{path}?unit={code}", branch.cookie) for _, code in branch.units]
        found += [Request(f"{path}?q={quote(name[:2])}", branch.cookie) for name in branch.names]
        found += [
            Request(f"{path}?{query}", branch.cookie)
            for query in ("status=retired", "category=contracted", "place=several", "serving=secondment")
        ]
    return found
