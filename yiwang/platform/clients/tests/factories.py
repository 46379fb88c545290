"""An application for tests, with a secret and a token."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.test import Client as Browser

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.open_calls import Caller
from yiwang.platform.clients.actions import clients, keys
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.queries import callers

ALL_SCOPES = ("todos.push", "messages.send", "addressbook.read")


@dataclass
class App:
    """A connected application as its vendor uses it."""

    client: Client
    secret: str
    token: str

    @property
    def caller(self) -> Caller:
        return callers.caller_of(Client.objects.select_related("unit").get(pk=self.client.pk))

    def get(self, path: str, **headers: str) -> Any:
        return Browser(raise_request_exception=False).get(path, headers=self._headers(headers))

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        return Browser(raise_request_exception=False).generic(
            method,
            path,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=self._headers(headers),
        )

    def post(self, path: str, body: object = None, **headers: str) -> Any:
        return self.send("POST", path, body, **headers)

    def wecom(self, path: str, body: object = None, **query: str) -> dict[str, Any]:
        """A call of the face shaped like WeCom's: POST with a body, otherwise GET."""
        browser = Browser(raise_request_exception=False)
        address = f"/cgi-bin/{path}?access_token={self.token}" + "".join(
            f"&{key}={value}" for key, value in query.items()
        )
        if body is None:
            answer: dict[str, Any] = browser.get(address).json()
            return answer
        sent: dict[str, Any] = browser.post(address, json.dumps(body), content_type="application/json").json()
        return sent

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        own = {key.replace("_", "-"): value for key, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", **own}


def connect(
    cast: Cast, *, name: str = "水务巡查", unit: str = "QP-0301", scopes: tuple[str, ...] = (), **details: Any
) -> App:
    """An application of 朱家角镇, enabled, that may see its own unit."""
    details = {"domains": ["app.qingpu.test"], "rate": 1000, "burst": 1000, **details}
    client = clients.register(cast.units[unit], name=name, scopes=scopes, actor=SYSTEM, **details)
    client = clients.enable(client, actor=SYSTEM)
    secret = keys.make_secret(client, actor=SYSTEM)
    return App(client, secret, keys.issue_token(client.client_id, secret, address="127.0.0.1").token)
