"""Secrets and signing keys of applications: made, rotated, ended; and the tokens bought with them."""

import base64
import datetime
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.crypto.keys import provider
from yiwang.kernel.errors import Refused, not_found, require, require_right
from yiwang.platform.clients import rules
from yiwang.platform.clients.actions import traffic
from yiwang.platform.clients.actions.clients import locked
from yiwang.platform.clients.models import AccessToken, Client, ClientSecret
from yiwang.platform.clients.queries import callers
from yiwang.platform.clients.vocabulary import (
    BAD_CLIENT,
    DEVELOP,
    DISABLED_CLIENT,
    FOREIGN_ADDRESS,
    SECRET_ENDED,
    SECRET_MADE,
    SIGNING_KEY_MADE,
    TOKEN_ISSUED,
    TOKEN_REFUSED,
    TRIAL_TOKEN,
)

_KEY = "clients.token"
_TRIAL = datetime.timedelta(minutes=15)
_TRIES = (5, 20)  # wrong secrets from one address: so many a second, so many at once


@dataclass(frozen=True, slots=True)
class Issued:
    """A token's text, and for how many seconds it is good."""

    token: str
    seconds: int


@transaction.atomic
def make_secret(client: Client, *, actor: Actor, at_once: bool = False) -> str:
    """A new secret; its text is answered here and nowhere else.

    Those before go on for 24 hours, so that the vendor can change over; at_once ends them and their tokens
    now, for a secret that got into wrong hands.
    """
    client = locked(client)
    require_right(rules.can_develop(actor, client), DEVELOP.label)
    require(client.state != Client.State.CLOSED, "当前状态为“已注销”，不能执行“生成密钥”", code="E-STATE-01")
    now = timezone.now()
    end = now if at_once else now + rules.SECRET_OVERLAP
    client.secrets.filter(Q(ends_at=None) | Q(ends_at__gt=end)).update(ends_at=end)
    if at_once:
        _end_tokens_of_ended(client, now)
    text = secrets.token_urlsafe(32)
    ClientSecret.objects.create(
        client=client,
        digest=callers.digest(text),
        tail=text[-4:],
        created_at=now,
        created_by_name=actor.name,
    )
    audit.record(SECRET_MADE, client, actor=actor)
    return text


@transaction.atomic
def end_secret(client: Client, secret_id: int, *, actor: Actor) -> None:
    """Refused from now on, and so are the tokens bought with it."""
    client = locked(client)
    require_right(rules.can_develop(actor, client), DEVELOP.label)
    now = timezone.now()
    if not client.secrets.filter(pk=secret_id).exclude(ends_at__lte=now).update(ends_at=now):
        raise not_found()
    _end_tokens_of_ended(client, now)
    audit.record(SECRET_ENDED, client, actor=actor)


def _end_tokens_of_ended(client: Client, now: datetime.datetime) -> None:
    AccessToken.objects.filter(client=client, ended_at=None, secret__ends_at__lte=now).update(ended_at=now)
    callers.announce_change()


@transaction.atomic
def make_signing_key(client: Client, *, actor: Actor) -> str:
    """A new key for signing requests; its text is answered once. The one before ends now."""
    client = locked(client)
    require_right(rules.can_develop(actor, client), DEVELOP.label)
    text = secrets.token_urlsafe(32)
    client.signing_key = text
    client.save(update_fields=["signing_key", "updated_at"])
    callers.announce_change()
    audit.record(SIGNING_KEY_MADE, client, actor=actor)
    return text


def issue_token(client_id: str, secret: str, *, address: str, now: datetime.datetime | None = None) -> Issued:
    """A token for a secret: the same one again until it is near its end (7,200 seconds)."""
    moment = now or timezone.now()
    traffic.require_room(f"address:{address}", "token", rate=_TRIES[0], burst=_TRIES[1])
    client = Client.objects.select_related("unit").filter(client_id=client_id).first()
    found = None if client is None else _living_secret(client, secret, moment)
    if client is None or found is None:
        if client is not None:
            _note_refusal(client, "密钥不正确")
        raise Refused("应用ID或密钥不正确", status=401, code=BAD_CLIENT)
    if client.is_sandbox and not settings.SANDBOX_CLIENTS:
        raise Refused("沙箱应用只能在沙箱中使用", status=401, code=DISABLED_CLIENT)
    if not client.is_living:
        _note_refusal(client, f"应用{client.get_state_display()}")
        raise Refused(f"应用{client.get_state_display()}", status=401, code=DISABLED_CLIENT)
    if not rules.is_from(address, client.allowed_addresses):
        _note_refusal(client, "调用方地址不在登记的范围内")
        raise Refused("调用方地址不在登记的范围内", status=403, code=FOREIGN_ADDRESS)
    return _issue(client, found, moment)


@transaction.atomic
def issue_trial_token(client: Client, *, actor: Actor, now: datetime.datetime | None = None) -> Issued:
    """A token of a sandbox application for who tries calls on the developer site, in place of its secret."""
    client = locked(client)
    require_right(rules.can_develop(actor, client), DEVELOP.label)
    require(client.is_sandbox and client.is_living, "只有使用中的沙箱应用可以在线调试", code="E-STATE-01")
    moment = now or timezone.now()
    secret = ClientSecret.objects.create(
        client=client,
        digest=callers.digest(secrets.token_urlsafe(32)),
        tail="调试",
        created_at=moment,
        created_by_name=actor.name,
        ends_at=moment,
    )
    seed = secrets.token_bytes(16)
    text = _text(seed)
    AccessToken.objects.create(
        client=client,
        secret=secret,
        digest=callers.digest(text),
        seed=seed,
        issued_at=moment,
        expires_at=moment + _TRIAL,
    )
    audit.record(TRIAL_TOKEN, client, actor=actor)
    return Issued(text, int(_TRIAL.total_seconds()))


def is_registered(client_id: str) -> bool:
    """Is there an application of that id? WeCom's face has numbers of its own for the two."""
    return Client.objects.filter(client_id=client_id).exists()


def _living_secret(client: Client, text: str, now: datetime.datetime) -> ClientSecret | None:
    return (
        client.secrets.filter(digest=callers.digest(text))
        .filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .first()
    )


@transaction.atomic
def _note_refusal(client: Client, reason: str) -> None:
    """Remembered, but not more often than every ten seconds: nobody fills the log by asking."""
    if traffic.has_room(f"client:{client.pk}", "refused", rate=0.1, burst=5):
        audit.record(TOKEN_REFUSED, client, actor=callers.caller_of(client), reason=reason)


@transaction.atomic
def _issue(client: Client, secret: ClientSecret, now: datetime.datetime) -> Issued:
    client = locked(client)
    renew = now + datetime.timedelta(seconds=rules.RENEW_SECONDS)
    kept = (
        AccessToken.objects.filter(client=client, secret=secret, ended_at=None, expires_at__gt=renew)
        .order_by("-expires_at")
        .first()
    )
    if kept is not None:
        text = _text(bytes(kept.seed))
        if callers.digest(text) == bytes(kept.digest):
            return Issued(text, int((kept.expires_at - now).total_seconds()))
    seed = secrets.token_bytes(16)
    text = _text(seed)
    AccessToken.objects.create(
        client=client,
        secret=secret,
        digest=callers.digest(text),
        seed=seed,
        issued_at=now,
        expires_at=now + datetime.timedelta(seconds=rules.TOKEN_SECONDS),
    )
    secret.last_used_at = now
    secret.save(update_fields=["last_used_at"])
    audit.record(TOKEN_ISSUED, client, actor=callers.caller_of(client))
    return Issued(text, rules.TOKEN_SECONDS)


def _text(seed: bytes) -> str:
    return base64.urlsafe_b64encode(provider().mac(_KEY, seed)).decode().rstrip("=")
