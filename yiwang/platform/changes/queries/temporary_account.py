"""Reading applications for temporary accounts."""

from typing import Any

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse

from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.approvals.models import Instance
from yiwang.platform.changes.models import TemporaryRequest
from yiwang.platform.changes.vocabulary import APPLY_TEMPORARY
from yiwang.platform.org.models import Unit

SUBJECT = TemporaryRequest._meta.label_lower


def url_of(request_id: str) -> str:
    """Where the application is seen."""
    return reverse("changes:temporary_request", args=[int(request_id)])


def visible(viewer: Any) -> QuerySet[TemporaryRequest]:
    """Those he may see or was ever asked to handle, with what their pages show."""
    handled = Instance.objects.visible_to(viewer).filter(subject_type=SUBJECT).order_by()
    ids = handled.annotate(own_id=Cast("subject_id", BigIntegerField())).values("own_id")
    seen = TemporaryRequest.objects.visible_to(viewer).order_by().values("pk")
    rows = TemporaryRequest.objects.filter(Q(pk__in=seen) | Q(pk__in=ids))
    return rows.select_related("unit", "sponsor__unit", "account", "commitment")


def may_see(request_id: str, viewer: Any) -> bool:
    """May he see it, and its commitment, though he neither submitted nor handled it?"""
    return TemporaryRequest.objects.visible_to(viewer).filter(pk=int(request_id)).exists()


def units_to_apply_for(user: Principal) -> list[Unit]:
    """Where he may apply, in their order."""
    paths = [path for path, _ in user.scopes(APPLY_TEMPORARY.key)]
    return list(Unit.objects.living().filter(path__in=paths).order_by("position"))


def open_extension(account: Account) -> TemporaryRequest | None:
    """An application to extend this account that is not decided yet."""
    states = TemporaryRequest.OPEN_STATES
    return TemporaryRequest.objects.filter(account=account, kind="extend", state__in=states).first()


def of_account(account: Account, viewer: Any) -> list[TemporaryRequest]:
    """The applications about an account, the newest first."""
    return list(TemporaryRequest.objects.visible_to(viewer).filter(account=account).order_by("-pk"))


def failed_in_reach(user: Principal) -> int:
    """Approved ones that could not be carried out."""
    return TemporaryRequest.objects.visible_to(user).filter(state=TemporaryRequest.State.FAILED).count()
