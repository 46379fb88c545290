"""The sandbox as its vendors look at it: what people there received, and who there is."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.errors import Refused
from yiwang.platform.developer.gateways import sandbox
from yiwang.platform.developer.models import SandboxClient

_MOMENTS = ("at", "arrived_at", "due_at", "finished_at", "sent_at", "read_at", "confirmed_at")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the sandbox showed; problem: why it showed nothing."""

    parts: Mapping[str, list[dict[str, Any]]]
    problem: str = ""

    def __getitem__(self, name: str) -> list[dict[str, Any]]:
        return list(self.parts.get(name, ()))


def received(one: SandboxClient) -> Seen:
    """To-dos and messages of this application, receiver by receiver, the latest first."""
    try:
        found = sandbox.received(one.client_id)
    except Refused as refusal:
        return Seen({}, _words(refusal))
    return Seen({name: [_with_moments(row) for row in rows] for name, rows in found.items()})


def organisation() -> Seen:
    """Units, people and tags."""
    try:
        return Seen(sandbox.organisation())
    except Refused as refusal:
        return Seen({}, _words(refusal))


def example(body: str, one: SandboxClient | None) -> str:
    """An example that works at once: with somebody of the sandbox, and a host of the application."""
    if one is None:
        return body
    people = organisation()["people"]
    host = next(iter(one.domains.split()), "")
    if people:
        body = body.replace("1001", str(people[0]["id"]))
    if host:
        scheme = "http" if host.partition(":")[0] in ("localhost", "127.0.0.1") else "https"
        body = body.replace("https://app.example.gov.cn", f"{scheme}://{host}")
    return body


def _words(refusal: Refused) -> str:
    return "沙箱中已没有这个应用，请结束后重新申请" if refusal.status == 404 else refusal.message


def _with_moments(row: Mapping[str, Any]) -> dict[str, Any]:
    moments = {name: row[name] for name in _MOMENTS if row.get(name)}
    return {**row, **{name: datetime.datetime.fromisoformat(text) for name, text in moments.items()}}
