"""Applications of the sandbox: ordered by their vendors themselves, cleared, ended.

The sandbox is asked inside the transaction: what is not remembered here has not happened there, or is an
application without an owner that nobody can use.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.platform.accounts.models import Account
from yiwang.platform.developer import rules
from yiwang.platform.developer.gateways import sandbox
from yiwang.platform.developer.models import SandboxClient
from yiwang.platform.developer.vocabulary import (
    CLEARED,
    ENDED,
    ORDERED,
    RECEIVED,
    SECRET_MADE,
    TOKEN_ISSUED,
)

_TAKEN = "已有同名沙箱应用"


@transaction.atomic
def order(
    *, name: str, domains: Sequence[str], contact_name: str, contact_phone: str, actor: Actor
) -> tuple[SandboxClient, str]:
    """A new one with its secret, which is shown once."""
    if actor.account_id is None:
        raise not_found()
    Account.objects.select_for_update().get(pk=actor.account_id)  # one order after the other
    living = SandboxClient.objects.living()
    require(
        living.filter(account_id=actor.account_id).count() < rules.MOST_EACH,
        f"每人最多申请{rules.MOST_EACH}个沙箱应用，请先结束不用的",
        status=422,
    )
    if living.filter(name=name.strip()).exists():
        raise invalid("name", _TAKEN)
    made = sandbox.order(name=name.strip(), domains=list(domains))
    own = SandboxClient(
        account_id=actor.account_id,
        client_id=made["client_id"],
        agent_id=made["agent_id"],
        name=name.strip(),
        domains=" ".join(domains)[:500],
        contact_name=contact_name,
        contact_phone=contact_phone,
    )
    try:
        with transaction.atomic():
            own.save(force_insert=True)
    except IntegrityError as error:
        raise invalid("name", _TAKEN) from error
    audit.record(ORDERED, own, actor=actor)
    return own, str(made["secret"])


@transaction.atomic
def change_secret(one: SandboxClient, *, actor: Actor) -> str:
    """A new secret, shown once; the one before has ended."""
    own = _locked(one, actor)
    text = sandbox.new_secret(own.client_id)
    audit.record(SECRET_MADE, own, actor=actor)
    return text


@transaction.atomic
def issue_token(one: SandboxClient, *, actor: Actor) -> dict[str, Any]:
    """A token for trying calls on a page: its text and its seconds."""
    own = _locked(one, actor)
    issued = sandbox.trial_token(own.client_id)
    audit.record(TOKEN_ISSUED, own, actor=actor)
    return {"token": str(issued["token"]), "seconds": int(issued["seconds"])}


@transaction.atomic
def receive(one: SandboxClient, asked: Mapping[str, Any], *, actor: Actor) -> str:
    """Do there what a receiver would do: open, press, confirm. Answers in words what was done."""
    own = _locked(one, actor)
    done = sandbox.receive(own.client_id, asked)
    audit.record(RECEIVED, own, actor=actor, reason=done)
    return done


@transaction.atomic
def clear(one: SandboxClient, *, actor: Actor) -> int:
    """清除数据: its to-dos, messages, tags and events there; how many of the first two."""
    own = _locked(one, actor)
    number = sandbox.clear(own.client_id)
    own.cleared_at = timezone.now()
    own.save(update_fields=["cleared_at"])
    audit.record(CLEARED, own, actor=actor)
    return number


@transaction.atomic
def end(one: SandboxClient, *, actor: Actor) -> None:
    """Not needed any more. A sandbox that has forgotten it does not keep it from ending here."""
    own = _locked(one, actor)
    try:
        sandbox.end(own.client_id)
    except Refused as refusal:
        if refusal.status != 404:
            raise
    own.ended_at = timezone.now()
    own.save(update_fields=["ended_at"])
    audit.record(ENDED, own, actor=actor)


def _locked(one: SandboxClient, actor: Actor) -> SandboxClient:
    own = SandboxClient.objects.select_for_update().living().filter(pk=one.pk).first()
    if own is None:
        raise not_found()
    require_right(rules.can_keep(actor, own), "管理沙箱应用")
    return own
