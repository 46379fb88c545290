"""Pages of an import, from the file to the result."""

from io import BytesIO
from typing import Any, cast

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import DjangoCaptureOnCommitCallbacks
from python_calamine import CalamineWorkbook

from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.imports import ImportKind
from yiwang.kernel.imports import views
from yiwang.kernel.imports.models import ImportRun
from yiwang.kernel.imports.tests import years
from yiwang.kernel.imports.tests.years import Keeper

pytestmark = pytest.mark.django_db
LI, WANG = Keeper(), Keeper(account_id=8, name="王海涛")
FRAGMENT = {"HX-Request": "true"}


def ask(view: Any, *, user: Any = LI, headers: dict[str, str] | None = None, **captured: Any) -> HttpResponse:
    request = RequestFactory().get("/imports/x/", captured.pop("query", None), headers=headers)
    request.user = user
    return cast("HttpResponse", view(request, **captured))


def send(view: Any, data: dict[str, Any] | None = None, *, user: Any = LI, **captured: Any) -> HttpResponse:
    request = RequestFactory().post("/imports/x/", data or {})
    request.user = user
    return cast("HttpResponse", view(request, **captured))


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


@pytest.fixture
def received(each: ImportKind) -> ImportRun:
    """Uploaded, not yet judged."""
    answer = send(
        views.upload, {"file": years.upload((2050, "通知"), ("", "通知"), (2051, "作废"))}, kind=each.key
    )
    assert answer.status_code == 303
    return ImportRun.objects.get()


@pytest.fixture
def judged(each: ImportKind, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> ImportRun:
    with django_capture_on_commit_callbacks(execute=True):
        data = {"file": years.upload((2050, "通知"), ("", "通知"), (2051, "作废"))}
        send(views.upload, data, kind=each.key)
    return ImportRun.objects.get()


def test_choosing_a_file(each: ImportKind, judged: ImportRun) -> None:
    page = text(ask(views.upload, kind=each.key))
    assert "年份、依据文件" in page and "年度.xlsx" in page and "待确认" in page
    assert "年度.xlsx" not in text(ask(views.upload, user=WANG, kind=each.key))


def test_a_file_that_is_none_is_told_so(each: ImportKind) -> None:
    for file, message in (
        (years.upload((2050, "通知"), name="年度.xls"), "另存为xlsx格式"),
        (None, "请选择文件"),
    ):
        answer = send(views.upload, {"file": file} if file else {}, kind=each.key)
        assert answer.status_code == 422 and message in text(answer)
    assert not ImportRun.objects.exists()


def test_while_it_runs_the_page_asks_again(received: ImportRun) -> None:
    page = text(ask(views.run, pk=received.pk))
    assert "正在校验：0 / 3行" in page and 'hx-trigger="every 1s"' in page
    part = text(ask(views.progress, pk=received.pk, headers=FRAGMENT))
    assert "正在校验" in part and "<html" not in part


def test_when_it_is_ready_the_page_is_loaded_whole(judged: ImportRun) -> None:
    answer = ask(views.progress, pk=judged.pk, headers=FRAGMENT)
    assert answer.headers["HX-Redirect"].endswith(f"/runs/{judged.pk}/")
    assert ask(views.progress, pk=judged.pk).status_code == 303


def test_the_preview_shows_every_row(judged: ImportRun) -> None:
    page = text(ask(views.run, pk=judged.pk))
    for shown in ("2050年", "新增", "“年份”不能为空", "第3行", "确认导入2行", "有1行错误"):
        assert shown in page
    wrong = text(ask(views.run, pk=judged.pk, query={"outcome": "wrong"}, headers=FRAGMENT))
    assert "第3行" in wrong and "2050年" not in wrong


def test_confirming_and_the_result(
    judged: ImportRun, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert send(views.confirm, pk=judged.pk).status_code == 303
    page = text(ask(views.run, pk=judged.pk))
    assert "有1行未能导入" in page and "该通知已作废" in page and "确认导入2行" not in page


def test_cancelling(judged: ImportRun) -> None:
    assert send(views.cancel, pk=judged.pk).status_code == 303
    assert "已取消" in text(ask(views.upload, kind=judged.kind))


def test_the_file_of_errors_is_masked_and_remembered(judged: ImportRun) -> None:
    answer = ask(views.errors, pk=judged.pk)
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[1][-1] == "原第3行：“年份”不能为空" and len(rows) == 2
    assert Entry.objects.latest("id").verb == "imports.errors_taken"


def test_the_template(each: ImportKind) -> None:
    answer = ask(views.template, kind=each.key)
    assert answer.content[:2] == b"PK" and "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("view", [views.run, views.progress, views.confirm, views.cancel, views.errors])
def test_another_mans_run_does_not_exist(view: Any, judged: ImportRun) -> None:
    act = send if view in (views.confirm, views.cancel) else ask
    with pytest.raises(Exception, match=r"No ImportRun|未找到该内容"):
        act(view, user=WANG, pk=judged.pk)


def test_without_the_right_the_kind_does_not_exist(each: ImportKind, judged: ImportRun) -> None:
    nobody = Keeper(may=False)
    with pytest.raises(Refused, match="未找到该内容"):
        ask(views.upload, user=nobody, kind=each.key)
    with pytest.raises(Refused, match="未找到该内容"):
        ask(views.run, user=nobody, pk=judged.pk)
