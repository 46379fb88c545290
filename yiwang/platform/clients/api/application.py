"""GET /api/v1/application: what the platform knows of the application that calls, and what it has used."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from yiwang.kernel.extension.open_calls import Caller, WecomError, caller_of, client_auth, scopes
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.queries import usage
from yiwang.platform.clients.vocabulary import ERRCODES

router = Router(tags=["应用"], auth=client_auth(""))


class ScopeAnswer(Schema):
    """接入方式."""

    key: str
    label: str


class UnitAnswer(Schema):
    """A unit by its number and short name."""

    id: int
    name: str


class UsageAnswer(Schema):
    """One call today. refused: 4xx; limited: 429; failed: 5xx."""

    call: str
    calls: int
    refused: int
    limited: int
    failed: int


class ApplicationAnswer(Schema):
    """The application. rate: calls a second of one kind; burst: so many at once."""

    client_id: str
    agent_id: int
    name: str
    state: str
    is_sandbox: bool
    unit: UnitAnswer
    scopes: list[ScopeAnswer]
    fields: list[str]
    range: list[UnitAnswer]
    domains: list[str]
    requires_signature: bool
    rate: int
    burst: int
    usage_today: list[UsageAnswer]


@router.get("", response=ApplicationAnswer, url_name="application", summary="本应用的授权、限额和今日用量")
def application(request: HttpRequest) -> ApplicationAnswer:
    client = _client(caller_of(request))
    ranges = [one.unit for one in client.ranges.select_related("unit").order_by("unit__position")]
    return ApplicationAnswer(
        client_id=client.client_id,
        agent_id=client.agent_id,
        name=client.name,
        state=client.state,
        is_sandbox=client.is_sandbox,
        unit=UnitAnswer(id=client.unit_id, name=client.unit.short_name),
        scopes=[ScopeAnswer(key=one, label=scopes.get(one).label) for one in client.scopes],
        fields=client.fields,
        range=[UnitAnswer(id=one.pk, name=one.short_name) for one in ranges or [client.unit]],
        domains=client.domains,
        requires_signature=client.requires_signature,
        rate=client.rate,
        burst=client.burst,
        usage_today=[
            UsageAnswer(
                call=one.call, calls=one.calls, refused=one.refused, limited=one.limited, failed=one.failed
            )
            for one in usage.of_day(client.pk, timezone.localdate())
        ],
    )


def _client(caller: Caller) -> Client:
    return Client.objects.select_related("unit").get(pk=caller.client_pk)


def wecom_agent(caller: Caller, query: Mapping[str, str], body: Mapping[str, Any]) -> Mapping[str, Any]:
    """agent/get: the application itself, by its number."""
    if query.get("agentid", str(caller.agent_id)) != str(caller.agent_id):
        raise WecomError(40056, ERRCODES[40056])
    client = _client(caller)
    ranges = list(client.ranges.values_list("unit_id", flat=True)) or [client.unit_id]
    return {
        "agentid": client.agent_id,
        "name": client.name,
        "description": client.about,
        "allow_partys": {"partyid": ranges},
        "close": 0 if client.is_living else 1,
        "redirect_domain": next(iter(client.domains), ""),
    }
