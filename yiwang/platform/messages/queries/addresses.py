"""Where a person is reached besides the platform itself. For jobs only; nothing of it is shown or logged."""

from collections.abc import Iterable
from dataclasses import dataclass

from yiwang.platform.accounts.models import Account


@dataclass(frozen=True, slots=True)
class Reached:
    """Of one person whose account is not closed."""

    name: str
    login_name: str
    email: str


def of_persons(person_ids: Iterable[int]) -> dict[int, Reached]:
    """One statement; who has no account that stands is left out."""
    accounts = Account.objects.exclude(state=Account.State.CLOSED).filter(person_id__in=list(person_ids))
    return {
        one.person_id: Reached(one.person.name, one.login_name, one.person.email)
        for one in accounts.select_related("person")
    }
