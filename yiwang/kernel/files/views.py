"""The doors to files: bring one, take it, look at it, throw one's own away."""

import re
from itertools import chain
from typing import Any, cast
from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from yiwang.kernel.access import login_required
from yiwang.kernel.errors import Refused, not_found
from yiwang.kernel.files import actions, queries
from yiwang.kernel.files.forms import UploadForm
from yiwang.kernel.files.kinds import KINDS
from yiwang.kernel.files.models import StoredFile

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# A viewer fetches one file in many pieces; they are one look at it.
_ONE_LOOK_SECONDS = 600


@login_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in; answers with its id, to be sent along with the form it belongs to."""
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        fields = {name: str(messages[0]) for name, messages in form.errors.items()}
        raise Refused(next(iter(fields.values())), status=422, code="E-FILE-01", fields=fields)
    user: Any = request.user
    file = actions.store_file(form.cleaned_data["file"], purpose=form.cleaned_data["purpose"], actor=user)
    if file.state == StoredFile.State.REJECTED:
        queries.require_usable(file)
    return JsonResponse(_described(file), status=201)


@login_required
@require_POST
def confirm(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """The uploader confirms that a held file is not classified."""
    user: Any = request.user
    if request.POST.get("confirmed") != "1":
        raise Refused(f"请勾选“{actions.CONFIRMATION}”", status=422)
    return JsonResponse(_described(actions.confirm_file(queries.own_loose(user, file_id), actor=user)))


@login_required
@require_POST
def discard(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Throw away one's own upload that is attached to nothing."""
    user: Any = request.user
    actions.delete_file(queries.own_loose(user, file_id), actor=user, reason="上传人移除")
    return HttpResponse(status=204)


@login_required
@require_safe
def download(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Hand the file over as an attachment, whole or a range of it."""
    return _answer(request, file_id, is_inline=False)


@login_required
@require_safe
def show(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Show a picture or PDF in the browser; other kinds are never shown inline."""
    return _answer(request, file_id, is_inline=True)


def _described(file: StoredFile) -> dict[str, object]:
    return {
        "id": str(file.pk),
        "name": file.name,
        "size": file.size,
        "state": file.state,
        "message": file.verdict,
        "confirmation": actions.CONFIRMATION if file.state == StoredFile.State.CHECKING else "",
    }


def _answer(request: HttpRequest, file_id: UUID, *, is_inline: bool) -> HttpResponse:
    user: Any = request.user
    file = queries.readable(user, file_id)
    kind = KINDS.get(file.extension)
    if is_inline and not (kind and kind.is_inline):
        raise not_found()
    tag = f'"{file.digest[:32]}"'
    span = _span(request, file.size, tag)
    if span is None:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    first, end = span
    is_part = (first, end) != (0, file.size)
    pieces = queries.content(file, first, end)
    beginning = next(pieces, b"")  # a content that does not open is an error page, not half an answer
    if not is_part or cache.add(f"files.look.{user.account_id}.{file.pk}", 1, _ONE_LOOK_SECONDS):
        actions.record_download(file, actor=user)
    response = StreamingHttpResponse(
        chain((beginning,), pieces), content_type=file.media_type, status=206 if is_part else 200
    )
    response.headers["Content-Length"] = str(end - first)
    response.headers["Content-Disposition"] = (
        content_disposition_header(not is_inline, file.name) or "attachment"
    )
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if is_part:
        response.headers["Content-Range"] = f"bytes {first}-{end - 1}/{file.size}"
    # A stream is no HttpResponse to the type checker; decorators and middleware take both.
    return cast("HttpResponse", response)


def _span(request: HttpRequest, size: int, tag: str) -> tuple[int, int] | None:
    """The asked bytes as [first, end); the whole file without a single understandable range; None for 416."""
    match = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    if not match or match.group() == "bytes=-" or request.headers.get("If-Range", tag) != tag:
        return 0, size
    first, last = match.groups()
    if not first:
        return (size - min(size, int(last)), size) if int(last) else None
    start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else None
