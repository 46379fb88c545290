"""The addresses of files: who gets what, in which pieces, under which headers."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.http import HttpResponse
from django.test import RequestFactory

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.file_checks import FileCheck, Outcome, Verdict, file_checks
from yiwang.kernel.files import views
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.files.sealing import FRAME, ContentBroken
from yiwang.kernel.files.tests import samples
from yiwang.kernel.files.tests.factories import LI, WANG, stored, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder", "empty_log")]

TEXT = ("青浦区" * 50_000).encode()


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    cache.clear()


def get(file: StoredFile, *, user: Any = LI, view: Any = views.download, **headers: str) -> Any:
    request = RequestFactory().get("/files/x/", headers=headers)
    request.user = user
    return view(request, file_id=file.pk)


def post(view: Any, data: dict[str, Any], *, user: Any = LI, **arguments: Any) -> HttpResponse:
    request = RequestFactory().post("/files/", data)
    request.user = user
    response: HttpResponse = view(request, **arguments)
    return response


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_downloading() -> None:
    file = stored(LI, "重固镇“通知”.txt", TEXT)
    response = get(file)
    assert response.status_code == 200
    assert body(response) == TEXT
    name = "%E9%87%8D%E5%9B%BA%E9%95%87%E2%80%9C%E9%80%9A%E7%9F%A5%E2%80%9D.txt"
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''{name}"
    assert response["Content-Length"] == str(len(TEXT))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert Entry.objects.filter(verb="files.downloaded", actor_name="李四").count() == 1


@pytest.mark.parametrize("user", [WANG])
def test_others_see_nothing(user: Any) -> None:
    file = stored()
    for view in (views.download, views.show):
        with pytest.raises(Refused) as refused:
            get(file, user=user, view=view)
        assert refused.value.status == 404
    with pytest.raises(Refused) as refused:
        get(StoredFile(pk=uuid4()))
    assert refused.value.status == 404
    for view in (views.confirm, views.discard):
        with pytest.raises(Refused) as refused:
            post(view, {"confirmed": "1"}, user=user, file_id=file.pk)
        assert refused.value.status == 404
    assert not Entry.objects.filter(verb="files.downloaded").exists()


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        (f"bytes={FRAME - 1}-{FRAME}", FRAME - 1, FRAME + 1),
        (f"bytes={FRAME * 2}-", FRAME * 2, len(TEXT)),
        ("bytes=-10", len(TEXT) - 10, len(TEXT)),
        (f"bytes=5-{len(TEXT) * 2}", 5, len(TEXT)),
    ],
)
def test_ranges(asked: str, first: int, end: int) -> None:
    response = get(stored(LI, "a.txt", TEXT), Range=asked)
    assert response.status_code == 206
    assert body(response) == TEXT[first:end]
    assert response["Content-Range"] == f"bytes {first}-{end - 1}/{len(TEXT)}"
    assert response["Content-Length"] == str(end - first)


@pytest.mark.parametrize("asked", [f"bytes={len(TEXT)}-", "bytes=-0", "bytes=9-5"])
def test_ranges_outside_the_file(asked: str) -> None:
    response = get(stored(LI, "a.txt", TEXT), Range=asked)
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{len(TEXT)}"


@pytest.mark.parametrize("asked", ["bytes=-", "bytes=0-1,4-5", "lines=1-2", ""])
def test_what_is_no_single_range_gets_the_whole(asked: str) -> None:
    assert get(stored(LI, "a.txt", TEXT), Range=asked).status_code == 200


def test_an_old_tag_gets_the_whole() -> None:
    file = stored(LI, "a.txt", TEXT)
    tag = get(file)["ETag"]
    assert get(file, Range="bytes=0-1", If_Range=tag).status_code == 206
    assert get(file, Range="bytes=0-1", If_Range='"other"').status_code == 200


def test_a_broken_content_is_an_error_from_the_start(folder: Path) -> None:
    file = stored(LI, "a.txt", TEXT)
    (path,) = (one for one in folder.rglob("*") if one.is_file())
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ContentBroken):
        get(file)
    assert not Entry.objects.filter(verb="files.downloaded").exists()


def test_many_pieces_are_one_look_in_the_log() -> None:
    file = stored(LI, "a.txt", TEXT)
    for first in range(0, 1000, 100):
        get(file, Range=f"bytes={first}-{first + 99}")
    assert Entry.objects.filter(verb="files.downloaded").count() == 1


def test_only_pictures_and_pdf_are_shown_inline() -> None:
    response = get(stored(), view=views.show)
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Type"] == "application/pdf"
    with pytest.raises(Refused) as refused:
        get(stored(LI, "a.txt", TEXT), view=views.show)
    assert refused.value.status == 404


def test_uploading() -> None:
    response = post(views.upload, {"file": upload(), "purpose": "documents.body"})
    assert response.status_code == 201
    answer = json.loads(response.content)
    file = StoredFile.objects.get(pk=answer["id"])
    assert (file.name, file.purpose, answer["state"]) == ("通知.pdf", "documents.body", "available")


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [({}, "file", "请选择文件"), ({"file": upload("a.exe")}, "file", "不支持的文件类型")],
)
def test_uploads_that_are_refused(data: dict[str, Any], field: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        post(views.upload, data)
    assert (refused.value.status, refused.value.code, refused.value.fields) == (
        422,
        "E-FILE-01",
        {field: message},
    )
    assert not StoredFile.objects.exists()


def test_uploading_what_is_blocked(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = Verdict(Outcome.BLOCK, "检测到疑似涉密标志，已阻止上传。")
    monkeypatch.setitem(file_checks._items, "marks", FileCheck("marks", "标志", lambda stream, name: verdict))
    with pytest.raises(Refused) as refused:
        post(views.upload, {"file": upload()})
    assert (refused.value.status, refused.value.code) == (422, "E-SEC-01")
    assert StoredFile.objects.get().state == "rejected"


def test_holding_and_confirming(monkeypatch: pytest.MonkeyPatch) -> None:
    verdict = Verdict(Outcome.HOLD, "文件含“涉密”字样")
    monkeypatch.setitem(file_checks._items, "marks", FileCheck("marks", "标志", lambda stream, name: verdict))
    answer = json.loads(post(views.upload, {"file": upload()}).content)
    assert (answer["state"], answer["confirmation"]) == ("checking", "本人确认该内容不涉及国家秘密")
    file = StoredFile.objects.get(pk=answer["id"])
    with pytest.raises(Refused) as refused:
        post(views.confirm, {}, file_id=file.pk)
    assert refused.value.status == 422
    answer = json.loads(post(views.confirm, {"confirmed": "1"}, file_id=file.pk).content)
    assert (answer["state"], answer["confirmation"]) == ("available", "")


def test_discarding_ones_own_upload() -> None:
    file = stored(LI, "a.png", samples.PNG)
    assert post(views.discard, {}, file_id=file.pk).status_code == 204
    file.refresh_from_db()
    assert file.state == "deleted"
    with pytest.raises(Refused):
        get(file)
