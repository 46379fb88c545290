"""泄露监测: persons who do not exist, and the alarm when an answer tells of one of them."""

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
import xlsxwriter
from django.apps import apps
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from django.test.utils import override_settings

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.addressbook.actions import canaries as acts
from yiwang.platform.addressbook.middleware import CanaryAlarm
from yiwang.platform.addressbook.models import Canary, Leak
from yiwang.platform.addressbook.queries import canaries, headcounts, planted
from yiwang.platform.addressbook.tests.factories import body, browser
from yiwang.platform.org.models import Person

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
pytestmark = pytest.mark.django_db
Message = apps.get_model("messages", "Message")  # its app lies above


def row_of(canary: Canary) -> planted.CanaryRow:
    return next(one for one in planted.living_rows() if one.id == canary.pk)


@pytest.fixture
def canary(cast: Cast) -> Canary:
    return acts.plant(cast.units["QP-0302-01"], actor=cast.sun.principal())


def answered(
    cast: Cast, login: str, make: Callable[[HttpRequest], HttpResponseBase], address: str = "/x/"
) -> None:
    """A view that says what it likes, asked by somebody."""
    request = RequestFactory().get(address)
    request.user = cast.member(login).principal() if login else None  # type: ignore[assignment]
    with override_settings(ADDRESSBOOK_WATCHES_ANSWERS=True):
        CanaryAlarm(make)(request)


def says(text: str, kind: str = "text/html; charset=utf-8") -> Callable[[HttpRequest], HttpResponseBase]:
    return lambda request: HttpResponse(text, content_type=kind)


def test_nobody_sees_or_counts_him(cast: Cast, canary: Canary) -> None:
    unit = cast.units["QP-0302-01"]
    person = Person.objects.get(pk=canary.person_id)
    for login in ("li", "fang", "wang", "zhao", "temp"):
        viewer = cast.member(login).principal()
        assert person not in Person.objects.visible_to(viewer)
        assert headcounts.of(viewer, [(unit.pk, unit.path)])[unit.pk] in (0, 4)
        assert canaries.kept_back(viewer, row_of(canary), ["name", "title"]) == ["name", "title"]
    assert canaries.kept_back(cast.sun.principal(), row_of(canary), ["name"]) == []
    assert person.name not in str(Entry.objects.get(verb="addressbook.canary_planted"))


@pytest.mark.parametrize("login", ["li", "fang", "temp", ""])
def test_a_leaky_view_raises_the_alarm(cast: Cast, canary: Canary, login: str) -> None:
    name = canary.person.name
    answered(cast, login, says(f"<td>{name}</td>"))
    answered(cast, login, says(f"<td>{name}</td>"))
    leak = Leak.objects.get()
    assert (leak.canary, leak.times, leak.state) == (canary, 2, "open")
    assert leak.viewer_name == (cast.member(login).person.name if login else "未登录")
    assert Entry.objects.filter(verb="addressbook.leaked").count() == 1
    message = Message.objects.get(kind="addressbook.leak_told")
    assert list(message.receipts.values_list("person_id", flat=True)) == [cast.an.person.pk]
    assert name not in message.title + message.summary


def test_json_escapes_titles_and_workbooks_are_read(cast: Cast, canary: Canary) -> None:
    person = Person.objects.get(pk=canary.person_id)
    answered(cast, "li", says(json.dumps({"name": person.name}), "application/json"))
    assert Leak.objects.get().times == 1
    answered(cast, "li", says(person.title))
    assert Leak.objects.get().times == 2
    workbook = _workbook([["姓名"], [person.name]])
    answered(cast, "li", lambda request: HttpResponse(workbook, content_type=XLSX))
    assert Leak.objects.get().times == 3
    export = FileResponse(io.BytesIO(workbook), content_type=XLSX)
    answered(cast, "li", lambda request: export)
    assert Leak.objects.get().times == 4
    assert export.getvalue() == workbook, "it is sent whole all the same"
    answered(cast, "li", lambda request: HttpResponse(b"PK no workbook", content_type=XLSX))
    assert Leak.objects.get().times == 4


def _workbook(rows: list[list[str]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def test_who_may_see_him_and_who_names_him_raise_none(cast: Cast, canary: Canary) -> None:
    name = canary.person.name
    for login in ("sun", "an", "gu", "shen"):
        answered(cast, login, says(name))
    answered(cast, "li", says(f"没有找到“{name}”"), f"/search/?q={quote(name)}")
    answered(cast, "li", says("李四"))
    assert list(Leak.objects.values_list("viewer_name", "route")) == []


def test_through_the_whole_platform(cast: Cast, canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that forgets to ask who looks: the alarm rings though nobody wrote a test for it."""
    monkeypatch.setattr(
        "yiwang.platform.addressbook.queries.visibility.condition", lambda viewer: ("TRUE", [])
    )
    letters = canary.person.pinyin
    with override_settings(ADDRESSBOOK_WATCHES_ANSWERS=True):
        browser(cast, "li").get(f"/api/v1/persons?q={letters}")
        page = body(browser(cast, "an"), "/addressbook/leaks/")
    leak = Leak.objects.get()
    assert leak.route == "api:persons" and leak.viewer_name == "李四"
    assert "api:persons" in page and canary.person.name not in page


def test_handling(cast: Cast, canary: Canary) -> None:
    answered(cast, "li", says(canary.person.name))
    leak = Leak.objects.get()
    an = browser(cast, "an")
    assert canaries.open_leaks(cast.an.principal()) == 1
    assert (
        browser(cast, "sun").post(f"/addressbook/leaks/{leak.pk}/handle/", {"outcome": "试"}).status_code
        == 404
    )
    assert an.post(f"/addressbook/leaks/{leak.pk}/handle/", {"outcome": " "}).status_code == 422
    assert an.post(f"/addressbook/leaks/{leak.pk}/handle/", {"outcome": "已修复"}).status_code == 303
    assert an.post(f"/addressbook/leaks/{leak.pk}/handle/", {"outcome": "再"}).status_code == 409
    assert canaries.open_leaks(cast.an.principal()) == 0


def test_planting_and_ending_by_the_page(cast: Cast) -> None:
    sun = browser(cast, "sun")
    assert browser(cast, "li").get("/addressbook/canaries/").status_code == 404
    assert sun.post("/addressbook/canaries/", {}).status_code == 422
    assert (
        sun.post(
            "/addressbook/canaries/", {"unit": cast.units["QP-0301-01"].pk, "kind": "outside"}
        ).status_code
        == 303
    )
    canary = Canary.objects.get()
    assert canary.person.name in body(sun, "/addressbook/canaries/")
    assert sun.post(f"/addressbook/canaries/{canary.pk}/end/", {"reason": ""}).status_code == 422
    assert sun.post(f"/addressbook/canaries/{canary.pk}/end/", {"reason": "不再监测"}).status_code == 303
    assert sun.post(f"/addressbook/canaries/{canary.pk}/end/", {"reason": "再"}).status_code == 404
    answered(cast, "li", says(canary.person.name))
    assert not Leak.objects.exists()


def test_who_may_not_plant(cast: Cast) -> None:
    people = Person.objects.count()
    for login in ("an", "gu", "li"):
        with pytest.raises(Refused) as refusal:
            acts.plant(cast.units["QP-0302-01"], actor=cast.member(login).principal())
        assert refusal.value.status == 403
    assert (Person.objects.count(), Canary.objects.count()) == (people, 0)


def test_it_costs_nothing_without_canaries(cast: Cast, django_assert_num_queries: Any) -> None:
    answered(cast, "li", says("李四"))
    with django_assert_num_queries(1), override_settings(ADDRESSBOOK_WATCHES_ANSWERS=True):
        CanaryAlarm(says("李四"))(RequestFactory().get("/x/"))  # the version; where news arrives, nothing


def test_no_sign_no_search(cast: Cast, canary: Canary) -> None:
    """Answers without any sign of a canary are not looked through word by word."""
    row = row_of(canary)
    assert {one.what for one in row.tokens} == {"name", "title", "office_phone", "email", "room", "mobile"}
    plain = "朱家角镇党政办公室李四021-59721234".encode()
    assert not canaries._may_tell(plain, (row,))
    for token in row.tokens:
        for written in token.written:
            assert canaries._may_tell(plain + written + plain, (row,))
