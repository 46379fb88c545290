"""Canaries in answers (泄露监测): which of them stand in what is about to be sent, and who may see them."""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import unquote_plus

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from yiwang.kernel.audit.vocabulary import READ
from yiwang.platform.addressbook.models import Canary, Hiding, Leak
from yiwang.platform.addressbook.queries import policy as policies
from yiwang.platform.addressbook.queries import rulebook, visibility, withheld
from yiwang.platform.addressbook.queries.planted import NAME, UNIT, CanaryRow, Token
from yiwang.platform.addressbook.queries.visibility import Looker

_READABLE = ("text/", "application/json", "application/problem+json")
_WORKBOOK = "application/vnd.openxmlformats"
_LABELS = {NAME: "姓名", UNIT: "机构名称", **{str(one.value): str(one.label) for one in Hiding.Field}}
_LARGEST_WORKBOOK = 20 * 1024 * 1024


def known() -> tuple[CanaryRow, ...]:
    """Those that live, from memory; none while the database is away, for no answer must fail over them."""
    try:
        return rulebook.book().canaries
    except DatabaseError:
        return ()


@dataclass(frozen=True, slots=True)
class Told:
    """An answer tells of a canary. what: the words of its entry, for people."""

    canary_id: int
    what: str


def leaked(request: HttpRequest, response: HttpResponseBase, canaries: tuple[CanaryRow, ...]) -> list[Told]:
    """What this answer tells of canaries that its reader may not know of and has not named himself."""
    body = _body(response)
    if not _may_tell(body, canaries):
        return []
    found = {one: [token for token in one.tokens if _holds(body, token)] for one in canaries}
    if not any(found.values()):
        return []
    said = _said(request)
    viewer: Any = getattr(request, "user", None)
    if viewer is None and getattr(request, "caller", None) is not None:
        viewer = request.caller.viewer  # type: ignore[attr-defined]
    told: list[Told] = []
    for one, tokens in found.items():
        new = [token.what for token in tokens if not _holds(said, token)]
        if new and (kept := kept_back(viewer, one, new, request)):
            told.append(Told(one.id, "、".join(_LABELS[what] for what in kept)))
    return told


def _holds(text: bytes, token: Token) -> bool:
    return any(written in text for written in token.written)


def _may_tell(body: bytes, canaries: tuple[CanaryRow, ...]) -> bool:
    """Is there any sign of one? A few rare characters cost a twentieth of looking for each token."""
    text = body.decode("utf-8", "ignore")
    signs = {token.sign for one in canaries for token in one.tokens}
    return "\\u" in text or any(sign in text for sign in signs)


def kept_back(
    viewer: Looker | None, canary: CanaryRow, what: Iterable[str], request: HttpRequest | None = None
) -> list[str]:
    """Which of these parts of the entry he may neither see nor read in the log of who made it.

    What is hidden from everybody is not asked of the rules: the alarm rings when they themselves fail.
    """
    if viewer is not None and _oversees(viewer, canary):
        return []
    wanted = set(what)
    if canary.hidden is not None:
        wanted -= _seen(viewer, canary, wanted - canary.hidden, request)
    return sorted(wanted, key=list(_LABELS).index)


def _oversees(viewer: Looker, canary: CanaryRow) -> bool:
    """Administrators, whoever reads the log, and the duty office in 应急模式."""
    return (
        viewer.allows(READ.key)
        or visibility.sees_everybody(viewer)
        or visibility.manages(viewer, canary.path)
        or policies.is_in_emergency(rulebook.book(), viewer.person_id)
    )


def _seen(
    viewer: Looker | None, canary: CanaryRow, what: set[str], request: HttpRequest | None
) -> frozenset[str]:
    """What of it the rules show him."""
    if visibility.persons(viewer).filter(pk=canary.person_id).exists():
        return frozenset(what) - withheld.of(viewer, [canary.person_id])[canary.person_id]
    minimal = NAME in what and _is_minimal_card(request) and _finds(viewer, canary)
    return frozenset({NAME} if minimal else ())


# Where somebody who is found by his whole name or number only (可搜可加) is named.
_MINIMAL = ("addressbook:stranger", "addressbook:contacts")
_NUMBER = re.compile(rb"(?<![0-9])1[0-9]{10}(?![0-9])")


def _is_minimal_card(request: HttpRequest | None) -> bool:
    if request is None:
        return False
    route = request.resolver_match.view_name if request.resolver_match else ""
    return route in _MINIMAL or _NUMBER.search(_said(request)) is not None


def _finds(viewer: Looker | None, canary: CanaryRow) -> bool:
    condition = visibility.search_condition(viewer)
    if condition is None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT FROM org_person person WHERE person.id = %s AND {condition[0]})",
            [canary.person_id, *condition[1]],
        )
        return bool(cursor.fetchone()[0])


def _body(response: HttpResponseBase) -> bytes:
    """What can be read of it. Uploaded files are not made of the address book; workbooks are unpacked."""
    kind = response.headers.get("Content-Type", "")
    if isinstance(response, HttpResponse):
        if kind.startswith(_READABLE):
            return bytes(response.content)
        return _unpacked(io.BytesIO(response.content)) if kind.startswith(_WORKBOOK) else b""
    file = getattr(response, "file_to_stream", None)
    if file is None or not kind.startswith(_WORKBOOK) or not file.seekable():
        return b""
    place = file.tell()
    try:
        return _unpacked(file)
    finally:
        file.seek(place)


def _unpacked(workbook: IO[bytes]) -> bytes:
    """All its text; nothing of one that is too large or no workbook."""
    if workbook.seek(0, io.SEEK_END) > _LARGEST_WORKBOOK:
        return b""
    workbook.seek(0)
    try:
        with zipfile.ZipFile(workbook) as parts:
            return b"".join(parts.read(name) for name in parts.namelist() if name.endswith(".xml"))
    except zipfile.BadZipFile:
        return b""


def _said(request: HttpRequest) -> bytes:
    """What the request itself brought: pages show what was typed."""
    typed = [
        unquote_plus(request.get_full_path()),
        *(one for _, values in request.POST.lists() for one in values),
    ]
    return " ".join(map(str, typed)).encode()


def living() -> QuerySet[Canary]:
    """As the page lists them."""
    return Canary.objects.filter(ended_at=None).select_related("person__unit", "unit").order_by("id")


def leaks() -> QuerySet[Leak]:
    """What was found, the latest first."""
    return Leak.objects.select_related("canary__person").order_by("-at", "-id")


def open_leaks(_viewer: Looker | None) -> int:
    """How many wait for the security administrator."""
    return leaks().filter(state=Leak.State.OPEN)[:1000].count()
