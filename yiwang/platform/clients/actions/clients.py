"""Registering applications, changing what they may do, disabling and closing them; who looks after them."""

import datetime
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, not_found, require, require_right
from yiwang.kernel.extension.open_calls import scopes as known_scopes
from yiwang.platform.accounts.models import Account
from yiwang.platform.clients import rules
from yiwang.platform.clients.models import AccessToken, Client, ClientMember, ClientRange
from yiwang.platform.clients.queries import callers
from yiwang.platform.clients.vocabulary import (
    CHANGED,
    CLOSED,
    DISABLED,
    ENABLED,
    MANAGE,
    MEMBER_ADDED,
    MEMBER_REMOVED,
    REGISTERED,
)
from yiwang.platform.org.models import Unit

FIRST_AGENT = 1_000_001
_CHANGEABLE = (
    "name",
    "about",
    "scopes",
    "fields",
    "domains",
    "allowed_addresses",
    "requires_signature",
    "rate",
    "burst",
    "contact_name",
    "contact_phone",
)


@transaction.atomic
def register(
    unit: Unit,
    *,
    name: str,
    actor: Actor,
    scopes: Sequence[str] = (),
    ranges: Iterable[Unit] = (),
    is_sandbox: bool = False,
    **details: Any,
) -> Client:
    """A new application, in trial (测试中): it has no secret yet."""
    require_right(rules.can_register(actor), MANAGE.label)
    require(settings.SANDBOX_CLIENTS or not is_sandbox, "沙箱应用只能在沙箱中登记")
    client = Client(
        client_id=f"yw{secrets.token_hex(8)}",
        agent_id=_next_agent(),
        unit=unit,
        is_sandbox=is_sandbox,
        **_checked({"name": name, "scopes": list(scopes), **details}, is_sandbox=is_sandbox),
    )
    _save(client)
    _put_ranges(client, ranges)
    audit.record(REGISTERED, client, actor=actor, changes={"scopes": [[], client.scopes]})
    return client


def _next_agent() -> int:
    """Two registrations at once: the second meets the unique constraint and is told to try again."""
    last = Client.objects.aggregate(last=models.Max("agent_id"))["last"]
    return FIRST_AGENT if last is None else int(last) + 1


def _save(client: Client) -> None:
    try:
        with transaction.atomic():
            client.save()
    except IntegrityError as error:
        if "clients_client_name" in str(error):
            raise invalid("name", "已有同名应用") from error
        raise Refused("另一个应用正在登记，请重新提交") from error


def _checked(values: Mapping[str, Any], *, is_sandbox: bool) -> dict[str, Any]:
    """The details of an application, tidied; refuses what cannot be."""
    found = dict(values)
    unknown = [one for one in found if one not in _CHANGEABLE]
    if unknown:
        raise TypeError(f"not a detail of an application: {unknown}")
    if "name" in found:
        found["name"] = found["name"].strip()
        if not 0 < len(found["name"]) <= 50:
            raise invalid("name", "应用名称应为1至50个字")
    if "scopes" in found:
        found["scopes"] = sorted(set(found["scopes"]))
        if any(one not in known_scopes for one in found["scopes"]):
            raise invalid("scopes", "没有这种接入方式")
    if "fields" in found:
        found["fields"] = [one for one in Client.Field.values if one in set(found["fields"])]
    _check_places(found, is_sandbox=is_sandbox)
    for limit in ("rate", "burst"):
        if not 1 <= found.get(limit, 1) <= rules.MOST_RATE:
            raise invalid(limit, f"应为1至{rules.MOST_RATE}")
    return found


def _check_places(found: dict[str, Any], *, is_sandbox: bool) -> None:
    """Hosts that links may lead to, networks that calls may come from."""
    if "domains" in found:
        found["domains"] = _each(
            found["domains"], "domains", lambda one: rules.domain_problem(one, is_sandbox=is_sandbox)
        )
    if "allowed_addresses" in found:
        found["allowed_addresses"] = _each(
            found["allowed_addresses"], "allowed_addresses", rules.network_problem
        )


def _each(values: Iterable[str], field: str, problem_of: Any) -> list[str]:
    tidy = list(dict.fromkeys(one.strip().lower() for one in values if one.strip()))
    for one in tidy:
        problem = problem_of(one)
        if problem:
            raise invalid(field, problem)
    return tidy


def _put_ranges(client: Client, units: Iterable[Unit]) -> None:
    wanted = {one.pk for one in units}
    ClientRange.objects.filter(client=client).exclude(unit_id__in=wanted).delete()
    had = set(ClientRange.objects.filter(client=client).values_list("unit_id", flat=True))
    ClientRange.objects.bulk_create(ClientRange(client=client, unit_id=one) for one in sorted(wanted - had))


@transaction.atomic
def change(client: Client, *, actor: Actor, ranges: Iterable[Unit] | None = None, **details: Any) -> Client:
    """Other details, scopes, fields or range; they hold for tokens that are out already."""
    client = locked(client)
    require_right(rules.can_register(actor), MANAGE.label)
    require(client.state != Client.State.CLOSED, "当前状态为“已注销”，不能执行“修改”", code="E-STATE-01")
    changes: dict[str, list[Any]] = {}
    for field, value in _checked(details, is_sandbox=client.is_sandbox).items():
        if getattr(client, field) != value:
            changes[field] = [getattr(client, field), value]
            setattr(client, field, value)
    if client.requires_signature and not client.signing_key:
        raise invalid("requires_signature", "请先生成签名密钥")
    if ranges is not None:
        before = sorted(client.ranges.values_list("unit__code", flat=True))
        _put_ranges(client, ranges)
        after = sorted(client.ranges.values_list("unit__code", flat=True))
        if before != after:
            changes["ranges"] = [before, after]
    if changes:
        _save(client)
        callers.announce_change()
        audit.record(CHANGED, client, actor=actor, changes=changes)
    return client


@transaction.atomic
def enable(client: Client, *, actor: Actor) -> Client:
    """In use (启用), or in use again."""
    client = locked(client)
    require_right(rules.can_register(actor), MANAGE.label)
    _require_state(client, "启用", Client.State.TRIAL, Client.State.DISABLED)
    _move(client, Client.State.ENABLED, "")
    audit.record(ENABLED, client, actor=actor)
    return client


@transaction.atomic
def disable(client: Client, *, reason: str, actor: Actor) -> Client:
    """Refused from now on (停用): its tokens end, its secrets stay for the day it is enabled again."""
    client = locked(client)
    require_right(rules.can_register(actor), MANAGE.label)
    _require_state(client, "停用", *Client.LIVING)
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    _move(client, Client.State.DISABLED, reason.strip())
    _end_tokens(client, timezone.now())
    audit.record(DISABLED, client, actor=actor, reason=reason)
    return client


@transaction.atomic
def close(client: Client, *, reason: str, actor: Actor) -> Client:
    """For good (注销): secrets and tokens end, what it has done stays."""
    client = locked(client)
    require_right(rules.can_register(actor), MANAGE.label)
    _require_state(client, "注销", *Client.LIVING, Client.State.DISABLED)
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    now = timezone.now()
    _move(client, Client.State.CLOSED, reason.strip())
    _end_tokens(client, now)
    client.secrets.exclude(ends_at__lte=now).update(ends_at=now)
    audit.record(CLOSED, client, actor=actor, reason=reason)
    return client


def _require_state(client: Client, act: str, *states: str) -> None:
    word = client.get_state_display()
    require(client.state in states, f"当前状态为“{word}”，不能执行“{act}”", code="E-STATE-01")


def _move(client: Client, state: str, reason: str) -> None:
    client.state, client.state_reason = state, reason[:200]
    client.save(update_fields=["state", "state_reason", "updated_at"])
    callers.announce_change()


def _end_tokens(client: Client, now: datetime.datetime) -> None:
    AccessToken.objects.filter(client=client, ended_at=None).update(ended_at=now)


@transaction.atomic
def add_member(client: Client, account: Account, *, actor: Actor) -> ClientMember:
    """He looks after the application, as its owner or its vendor (临时账号)."""
    client = locked(client)
    require_right(rules.can_develop(actor, client), MANAGE.label)
    if account.state == Account.State.CLOSED:
        raise invalid("account", "该账号已注销")
    member, is_new = ClientMember.objects.get_or_create(client=client, account=account, ended_at=None)
    if is_new:
        audit.record(MEMBER_ADDED, client, actor=actor, changes={"member": [None, account.login_name]})
    return member


@transaction.atomic
def remove_member(client: Client, account_id: int, *, actor: Actor) -> None:
    """He does so no longer."""
    client = locked(client)
    require_right(rules.can_develop(actor, client), MANAGE.label)
    gone = client.members.filter(account_id=account_id, ended_at=None).select_related("account").first()
    if gone is None:
        raise not_found()
    gone.ended_at = timezone.now()
    gone.save(update_fields=["ended_at"])
    audit.record(MEMBER_REMOVED, client, actor=actor, changes={"member": [gone.account.login_name, None]})


def locked(client: Client) -> Client:
    """The row, for a change in this transaction; part of the acts of this app."""
    return Client.objects.select_for_update(of=("self",)).select_related("unit").get(pk=client.pk)
