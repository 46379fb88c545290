"""Reading shares: which are in force, who is covered, how far a withdrawal is."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, F, Q
from django.db.models.functions import Cast
from django.urls import reverse

from yiwang.kernel.errors import not_found
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR, SYSTEM_ADMINISTRATOR
from yiwang.platform.approvals.models import Instance
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL
from yiwang.platform.sharing.models import Channel, Comparison, Share, SharedPerson, ShareQuerySet
from yiwang.platform.sharing.models.share import within
from yiwang.platform.sharing.vocabulary import PROPOSE

SUBJECT = Share._meta.label_lower
State = Share.State


def url_of(share_id: str) -> str:
    """The page of a share, for approvals."""
    return reverse("sharing:share", args=[int(share_id)])


def visible(viewer: Any) -> ShareQuerySet:
    """Those he may see or was ever asked to handle."""
    handled = Instance.objects.visible_to(viewer).filter(subject_type=SUBJECT).order_by()
    ids = handled.annotate(own_id=Cast("subject_id", BigIntegerField())).values("own_id")
    seen = Share.objects.visible_to(viewer).order_by().values("pk")
    rows = Share.objects.filter(Q(pk__in=seen) | Q(pk__in=ids))
    return rows.select_related("unit", "applicant")


def one(viewer: Any, pk: int) -> Share:
    """One of them; otherwise 404."""
    found = visible(viewer).filter(pk=pk).first()
    if found is None:
        raise not_found()
    return found


def may_see(share_id: str, viewer: Any) -> bool:
    """May he see it, though he neither submitted nor handled it?"""
    return share_id.isdigit() and Share.objects.visible_to(viewer).filter(pk=int(share_id)).exists()


def units_to_propose(viewer: Any) -> list[Unit]:
    """Level-2 units that he may apply for, in their order."""
    scope = Q(pk__in=[])
    for path, below in viewer.scopes(PROPOSE.key):
        scope |= Q() if not path else Q(path__gte=path, path__lt=f"{path}~") if below else Q(path=path)
    return list(Unit.objects.living().filter(scope, level=DEPARTMENT_LEVEL).order_by("position"))


def in_force(unit: Unit) -> Share | None:
    """The unit's share that is in force or suspended."""
    found = Share.objects.filter(unit=unit, state__in=(State.ACTIVE, State.SUSPENDED))
    return found.select_related("unit").first()


def active() -> ShareQuerySet:
    """Those by which entries are shared now."""
    return Share.objects.filter(state=State.ACTIVE).select_related("unit")


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a share's persons the directory holds, shall take, shall give up, has given up."""

    shared: int
    to_push: int
    to_clear: int
    cleared: int

    @property
    def is_settled(self) -> bool:
        return not (self.to_push or self.to_clear)


def progress(share: Share) -> Progress:
    """From the ledger, in one statement."""
    present, done = Q(wanted=SharedPerson.Wanted.PRESENT), Q(version=F("confirmed_version"))
    row = SharedPerson.objects.filter(share=share).aggregate(
        shared=Count("pk", filter=present & done),
        to_push=Count("pk", filter=present & ~done),
        to_clear=Count("pk", filter=~present & ~done),
        cleared=Count("pk", filter=~present & done),
    )
    return Progress(**row)


def overseers() -> list[int]:
    """区政务办: ids of the system administrators' persons."""
    return [one.person_id for one in roles.holders_in_district(SYSTEM_ADMINISTRATOR.key)]


def proposers(unit: Unit) -> list[Any]:
    """The unit's administrators and office directors, each once."""
    keys = (GRADED_ADMINISTRATOR.key, "accounts.office_director")
    found = [holder for key in keys for holder in roles.holders(key, unit)]
    return list({holder.person_id: holder for holder in found}.values())


def due_for_review(today: datetime.date) -> ShareQuerySet:
    """Those in force whose last day is over."""
    return active().filter(review_on__lt=today)


def channel() -> Channel | None:
    """The state of the channel; None before anything was ever followed."""
    return Channel.objects.first()


def pending() -> int:
    """How many pushes wait."""
    return SharedPerson.objects.pending().count()


def comparisons() -> list[Comparison]:
    """The latest, the newest first."""
    return list(Comparison.objects.order_by("-at")[:10])


def unconfirmed(viewer: Any) -> int:
    """For the console's first page: what the directory has not confirmed."""
    return SharedPerson.objects.visible_to(viewer).pending()[:1_000].count()


def to_renew(viewer: Any, today: datetime.date, days: int) -> int:
    """For the console's first page: shares of his units that must be reviewed soon, or are suspended."""
    soon = today + datetime.timedelta(days=days)
    own = Share.objects.filter(within(viewer, "unit__path"), renewal="")
    due = Q(state=State.ACTIVE, review_on__lte=soon) | Q(state=State.SUSPENDED)
    return own.filter(due)[:1_000].count()
