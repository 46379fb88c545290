"""Open calls: what connected applications may call, and who calls (domain reference §6.2, §6.5).

Modules register what may be granted (`scopes`) and the calls shaped like WeCom's (`wecom_calls`). Their
native routes are ninja routers with `auth=client_auth("<scope>")`. Tokens, limits, signatures, idempotency
and the log are the business of the app that knows the applications; it registers itself as the gate.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class Scope:
    """What an application can be granted. label: as the access form says it, such as 统一待办."""

    key: str
    label: str
    about: str


@dataclass(frozen=True, slots=True)
class Onlooker:
    """An application as it looks at people and units; fulfils org's Viewer and the address book's Looker.

    unit_path: of the unit that owns it. range_paths: the parts of the tree it was granted.
    """

    client_pk: int
    unit_id: int
    unit_path: str
    range_paths: tuple[str, ...]
    account_id: int | None = None
    is_temporary: bool = False

    @property
    def person_id(self) -> int:
        """Nobody's: by it the address book knows an ordinary member of the application's unit."""
        return -self.unit_id

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return False

    def scopes(self, permission: str) -> list[tuple[str, bool]]:
        return []


@dataclass(frozen=True, slots=True)
class Caller:
    """The application that calls; fulfils kernel.actor.Actor.

    fields: of persons, beyond name and unit, that it may read. domains: hosts that its links may lead to.
    """

    client_pk: int
    client_id: str
    agent_id: int
    name: str
    unit_id: int
    unit_path: str
    unit_name: str
    scopes: frozenset[str]
    range_paths: tuple[str, ...]
    fields: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    is_sandbox: bool = False
    account_id: int | None = None

    @property
    def viewer(self) -> Onlooker:
        """Pass it to `visible_to`."""
        return Onlooker(self.client_pk, self.unit_id, self.unit_path, self.range_paths)

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        """Rights are for people; an application has scopes."""
        return False


class WecomError(Exception):
    """A call shaped like WeCom's is refused with one of WeCom's numbers."""

    def __init__(self, errcode: int, errmsg: str) -> None:
        super().__init__(errmsg)
        self.errcode = errcode
        self.errmsg = errmsg


@dataclass(frozen=True)
class WecomCall:
    """One call under /cgi-bin/. path: such as tag/create; method: GET or POST; scope: key of a Scope.

    run: (caller, query, body) -> the answer without errcode. It raises WecomError, or any Refused.
    about: Chinese, one line for the reference of the developer site. example: a body or query that works.
    """

    key: str
    path: str
    method: str
    scope: str
    run: Callable[[Caller, Mapping[str, str], Mapping[str, Any]], Mapping[str, Any]]
    about: str
    example: str = ""


@dataclass(frozen=True)
class OpenJobKind:
    """An act that applications may ask for in batches, at once or as a job. run: (caller, item) -> answer.

    It is safe to be done twice, by the application's own numbers; it raises Refused.
    """

    key: str
    label: str
    run: Callable[[Caller, Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class OpenEventKind:
    """Something that applications are told. about: what its data holds; example: data as JSON.

    Told by `clients.actions.events.tell`, in the transaction of the act.
    """

    key: str
    label: str
    about: str
    example: str = "{}"


@dataclass(frozen=True)
class DeprecatedCall:
    """A call that will go on the day `sunset`. call: as the log names it; instead: an address."""

    key: str
    call: str
    since: datetime.date
    sunset: datetime.date
    instead: str


@dataclass(frozen=True)
class ClientGate:
    """Who knows the applications. admit: (request, scope) -> the caller; it raises Refused."""

    key: str
    label: str
    admit: Callable[[HttpRequest, str], Caller]


scopes: Registry[Scope] = Registry("scopes", "What connected applications can be granted")
wecom_calls: Registry[WecomCall] = Registry("wecom_calls", "Calls shaped like WeCom's, under /cgi-bin/")
open_job_kinds: Registry[OpenJobKind] = Registry(
    "open_job_kinds", "Acts that applications ask for in batches"
)
open_event_kinds: Registry[OpenEventKind] = Registry("open_event_kinds", "What applications are told")
deprecated_calls: Registry[DeprecatedCall] = Registry("deprecated_calls", "Open calls that will go")
client_gates: Registry[ClientGate] = Registry("client_gates", "Who knows the connected applications")


class client_auth(HttpBearer):  # noqa: N801  it reads as a function where routers name it
    """For ninja routers: `Router(auth=client_auth("todos.push"))`; afterwards `caller_of(request)`."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Caller:
        return next(iter(client_gates)).admit(request, self.scope)

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The library asks for it; `__call__` has answered already."""
        return caller_of(request)


def caller_of(request: HttpRequest) -> Caller:
    """The application behind a route with `client_auth`."""
    return cast("Caller", cast("Any", request).caller)
