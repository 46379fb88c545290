"""Reading real-name verifications."""

import datetime

from django.db.models import Max, Q

from yiwang.platform.accounts.gateways.realname import Question
from yiwang.platform.accounts.models import Account, Verification


def rounds_of(account_id: int) -> int:
    """How often the account's person was put to the service, repetitions not counted."""
    return Verification.objects.filter(account_id=account_id).aggregate(last=Max("round"))["last"] or 0


def question_of(verification: Verification) -> Question:
    """What the service is asked. Vendors' staff stand in no register of civil servants."""
    account = verification.account
    person = account.person
    return Question(
        name=person.name,
        id_kind=person.id_kind,
        id_number=person.id_number,
        mobile=verification.mobile_change.mobile if verification.mobile_change else person.mobile,
        in_register=account.kind != Account.Kind.TEMPORARY,
    )


def due(now: datetime.datetime, *, lost_before: datetime.datetime, most: int) -> list[int]:
    """Ids of the first `most` questions to be asked now, the oldest first."""
    waiting = Verification.objects.filter(outcome="", next_at__lte=now)
    free = waiting.filter(Q(asked_at=None) | Q(asked_at__lte=lost_before))
    return list(free.order_by("next_at", "pk").values_list("pk", flat=True)[:most])


def history_of(account_id: int, *, limit: int = 20) -> list[Verification]:
    """An account's verifications, the newest first."""
    return list(Verification.objects.filter(account_id=account_id).order_by("-id")[:limit])


def latest_of(account_id: int) -> Verification | None:
    """The last answer that says something about the person."""
    answered = Verification.objects.filter(account_id=account_id).exclude(
        outcome__in=("", Verification.Outcome.SUPERSEDED)
    )
    return answered.order_by("-id").first()
