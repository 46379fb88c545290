"""Opening many accounts at once, by COPY: what is written is what `lifecycle.open_account` would write."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from yiwang.kernel import bulk
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import require_right
from yiwang.platform.accounts.models import Account, Verification
from yiwang.platform.accounts.vocabulary import MANAGE, OPENED, VERIFICATION_REQUESTED

_ACCOUNT = (
    "id", "person_id", "login_name", "password", "kind", "state", "verification", "created_at",
)  # fmt: skip
_VERIFICATION = (
    "account_id", "reason", "round", "attempt", "next_at", "requested_by_name", "created_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """For whom, under which login name if it is free, and where he serves."""

    person_id: int
    login_name: str
    unit_path: str


@transaction.atomic
def open_accounts(openings: Sequence[Opening], *, actor: Actor) -> None:
    """Open an account for each (开通); they wait for the real-name verification, which is asked for.

    The service is asked by the clock, some at a time: a thousand questions at once would only be refused.
    """
    for path in {one.unit_path for one in openings}:
        require_right(actor.allows(MANAGE.key, at=path), MANAGE.label)
    now, password = timezone.now(), make_password(None)
    names = _free_names(openings)
    ids = bulk.take_ids(Account, len(openings))
    bulk.Copy(Account, _ACCOUNT).add(
        (
            account_id, one.person_id, name, password, str(Account.Kind.USER), str(Account.State.UNVERIFIED),
            str(Account.Standing.WAITING), now,
        )
        for account_id, one, name in zip(ids, openings, names, strict=True)
    )  # fmt: skip
    reason = str(Verification.Reason.OPENING)
    bulk.Copy(Verification, _VERIFICATION).add(
        (account_id, reason, 1, 1, now, actor.name, now) for account_id in ids
    )
    targets = [("accounts.account", account_id, name) for account_id, name in zip(ids, names, strict=True)]
    audit.record_many(OPENED, [audit.Event(target) for target in targets], actor=actor)
    asked = [audit.Event(target, Verification.Reason.OPENING.label) for target in targets]
    audit.record_many(VERIFICATION_REQUESTED, asked, actor=actor)


def _free_names(openings: Sequence[Opening]) -> list[str]:
    """The wished name, with the person's number behind it where another has it."""
    wished = [one.login_name[:24].lower() for one in openings]
    taken = set(
        Account.objects.get_queryset().filter(login_name__in=wished).values_list("login_name", flat=True)
    )
    found = []
    for one, name in zip(openings, wished, strict=True):
        free = f"{name}{one.person_id}" if name in taken else name
        taken.add(free)
        found.append(free)
    return found
