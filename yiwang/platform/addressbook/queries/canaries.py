"""Canaries in answers (泄露监测): which of them stand in what is about to be sent, and who may see them."""

import io
import zipfile
from typing import IO, Any
from urllib.parse import unquote_plus

from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from yiwang.kernel.audit.vocabulary import READ
from yiwang.platform.addressbook.models import Canary, Leak
from yiwang.platform.addressbook.queries import rulebook, visibility
from yiwang.platform.addressbook.queries.rulebook import CanaryRow
from yiwang.platform.addressbook.queries.visibility import Looker

_READABLE = ("text/", "application/json", "application/problem+json")
_WORKBOOK = "application/vnd.openxmlformats"
_LARGEST_WORKBOOK = 20 * 1024 * 1024


def known() -> tuple[CanaryRow, ...]:
    """Those that live, from memory; none while the database is away, for no answer must fail over them."""
    try:
        return rulebook.book().canaries
    except DatabaseError:
        return ()


def leaked(
    request: HttpRequest, response: HttpResponseBase, canaries: tuple[CanaryRow, ...]
) -> list[CanaryRow]:
    """Canaries in this answer whom its reader may not know of and has not named himself."""
    body = _body(response)
    if not _may_tell(body, canaries):
        return []
    found = [one for one in canaries if any(token in body for token in one.tokens)]
    if not found:
        return []
    said = _said(request)
    found = [one for one in found if any(token in body and token not in said for token in one.tokens)]
    viewer: Any = getattr(request, "user", None)
    if viewer is None and getattr(request, "caller", None) is not None:
        viewer = request.caller.viewer  # type: ignore[attr-defined]
    return [one for one in found if not may_see(viewer, one.person_id)]


def _may_tell(body: bytes, canaries: tuple[CanaryRow, ...]) -> bool:
    """Is there any sign of one? A few rare characters cost a twentieth of looking for each token."""
    text = body.decode("utf-8", "ignore")
    signs = {sign for one in canaries for sign in one.signs}
    return "\\u" in text or any(sign in text for sign in signs)


def may_see(viewer: Looker | None, person_id: int) -> bool:
    """May he open the entry, or read the log of who made it?"""
    if viewer is not None and viewer.allows(READ.key):
        return True
    return visibility.persons(viewer).filter(pk=person_id).exists()


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
    return Canary.objects.filter(ended_at=None).select_related("person__unit").order_by("id")


def leaks() -> QuerySet[Leak]:
    """What was found, the latest first."""
    return Leak.objects.select_related("canary__person").order_by("-at", "-id")


def open_leaks(_viewer: Looker | None) -> int:
    """How many wait for the security administrator."""
    return leaks().filter(state=Leak.State.OPEN)[:1000].count()
