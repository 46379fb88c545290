"""Parts of the acts on person operations, which record: lock, note, tell, end."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.errors import require
from yiwang.kernel.extension.messages import MessageKind
from yiwang.platform.accounts.actions import suspensions
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import accounts
from yiwang.platform.changes.actions import handover
from yiwang.platform.changes.models import Handover, OperationEvent, PersonOperation
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.messages.actions import messages

Kind, State = PersonOperation.Kind, PersonOperation.State
_LONGEST_NOTE = 300


def note(operation: PersonOperation, act: str, *, actor: Actor, words: str = "") -> None:
    """Add a moment to its story (办理过程)."""
    OperationEvent.objects.create(
        operation=operation,
        at=timezone.now(),
        act=act,
        actor_name=actor.name,
        actor_unit=actor.unit_name,
        note=words[:_LONGEST_NOTE],
    )


def tell(
    kind: MessageKind,
    operation: PersonOperation,
    *,
    to: Iterable[int],
    words: dict[str, str] | None = None,
    urgency: int = 0,
) -> None:
    """Tell persons about it; each once."""
    receivers = list(dict.fromkeys(to))
    if not receivers:
        return
    messages.send(
        kind,
        to=receivers,
        about=operation,
        words={
            "number": operation.number or "草稿",
            "kind": operation.get_kind_display(),
            "name": operation.person_name,
            "day": operation.effective_on.isoformat(),
            **(words or {}),
        },
        url=reverse("changes:person", args=[operation.pk]),
        actor=SYSTEM,
        urgency=urgency,
    )


def locked(operation: PersonOperation) -> PersonOperation:
    """The operation as it is now, held to the end of the transaction."""
    rows = PersonOperation.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "other", "from_unit", "to_unit", "person", "post__unit").get(
        pk=operation.pk
    )


def require_state(operation: PersonOperation, act: str, *states: str) -> None:
    """Refuse an act that does not belong to the state."""
    text = f"当前状态为“{operation.get_state_display()}”，不能执行“{act}”"
    require(operation.state in states, text, code="E-STATE-01")


def end(operation: PersonOperation, state: str) -> None:
    """It is over, and what was sealed for its sake is forgotten."""
    operation.state, operation.ended_at = state, timezone.now()
    operation.secrets = operation.id_number = None
    operation.save()
    if operation.kind == Kind.DEREGISTER and state != State.EFFECTIVE:
        resume_account(operation)


def resume_account(operation: PersonOperation) -> None:
    """Who was suspended for a deregistration that did not come may log in again."""
    if not operation.payload.get("suspended"):
        return
    account = accounts.living_of(operation.person_id or 0)
    if account is not None and account.state == Account.State.SUSPENDED:
        suspensions.resume(account, actor=SYSTEM)
    operation.payload = {key: value for key, value in operation.payload.items() if key != "suspended"}
    operation.save(update_fields=["payload"])


def prepare_leaving(operation: PersonOperation) -> None:
    """Whoever leaves on a day to come gets his handover sheet (交接单) now, to fill in until then.

    Who leaves today gets it when his post ends. The post of who is lent goes on: he gets it in any case.
    """
    person = operation.person
    if person is None or person.unit is None:
        return
    is_lent = operation.kind == Kind.SECOND and operation.post is None
    if operation.effective_on <= timezone.localdate() and not is_lent:
        return
    if operation.kind == Kind.DEREGISTER:
        post, occasion = None, Handover.Occasion.DEREGISTRATION
    elif operation.kind == Kind.TRANSFER and operation.from_unit_id and operation.other_id:
        post, occasion = queries.main_post(person.pk), Handover.Occasion.TRANSFER
    elif is_lent:
        post, occasion = queries.main_post(person.pk), Handover.Occasion.SECONDMENT
    else:
        return
    if Handover.objects.open().filter(person=person, post=post).exists():
        return
    reason = f"{operation.get_kind_display()}（{operation.number}）"
    handover.start(
        person, post=post, occasion=occasion, effective_on=operation.effective_on, actor=SYSTEM, reason=reason
    )


def stop_leaving(operation: PersonOperation, *, reason: str) -> None:
    """He stays, for now at least: the sheet made for this operation is of no use."""
    made = Handover.objects.open().filter(
        person_id=operation.person_id or 0, carried_out_at=None, reason__contains=f"（{operation.number}）"
    )
    for one in made:
        handover.cancel(one, reason=reason, actor=SYSTEM)
