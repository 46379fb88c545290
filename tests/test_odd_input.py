"""Odd input at every door: refused or ignored in words, never a fault of the server."""

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast

HUGE = "9" * 25
PATHS = (
    f"/console/accounts/{HUGE}/",
    f"/addressbook/units/{HUGE}/",
    f"/addressbook/units/{HUGE}/tree/",
    f"/addressbook/persons/{HUGE}/",
    "/console/accounts/?q=%00",
    "/console/accounts/?unit=%00&kind=x&state=%00",
    "/console/accounts/?cursor=%00",
    "/console/accounts/?cursor=abc",
    "/console/accounts/?size=99999999999999999999",
    "/console/accounts/?sort=nope&columns=x,y",
    "/console/audit/?at_from=0000-00-00&at_to=9999-99-99",
    "/console/audit/?at_from=10000-01-01",
    "/console/audit/?actor=%00",
    "/console/audit/?cursor=%FF",
    "/console/numbers/?q=%00%25",
    "/console/workdays/?year=99999999999999",
    "/console/workdays/?year=-1",
    "/console/workdays/?year=%00",
    "/addressbook/search/?q=%00",
    "/addressbook/search/?q=%F0%9F%98%80&after=0.0.0",
    "/addressbook/search/?q=w&after=9.9.9",
    "/addressbook/search/?q=w&person=" + HUGE,
    "/addressbook/units/1/?person=%00",
    "/search/?q=%00",
    "/search/suggest/?q=%00",
    f"/api/v1/persons/{HUGE}",
    "/api/v1/persons?q=%00",
    f"/api/v1/persons?q=w&unit={HUGE}",
    "/api/v1/persons?q=w&page_size=0",
    "/api/v1/persons?q=w&cursor=%00",
    f"/api/v1/units/{HUGE}/children",
    f"/todos/{HUGE}/",
    "/todos/?q=%00&kind=x&urgency=y&post=z",
    "/todos/?urgency=" + HUGE,
    "/todos/?cursor=%00&sort=nope",
    "/todos/started/?state=%00&arrived_from=0000-00-00",
    f"/messages/{HUGE}/",
    "/messages/all/?q=%00%25&category=x",
    "/messages/texts/?mobile=%00&created_to=9999-99-99",
    "/login/?next=%00",
    "/login/?next=//evil.example",
    "/activate/%00/",
    "/files/not-a-uuid/",
)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PATHS)
def test_addresses(path: str, cast: Cast) -> None:
    for login in ("sun", "shen", "li"):
        client = Client(raise_request_exception=False)
        client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
        answer = client.get(path)
        assert answer.status_code < 500, (login, path)


@pytest.mark.django_db
def test_forms(cast: Cast) -> None:
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE] = cast.member("sun").token()
    pk = cast.li.account.pk
    for path, data in [
        ("/me/post/", {"post": HUGE}),
        ("/me/post/", {"post": "\0"}),
        (f"/me/devices/{HUGE}/end/", {}),
        ("/font-size/", {"size": "\0", "next": "//evil"}),
        (
            f"/console/accounts/{pk}/grants/",
            {"permission": "\0", "unit_id": "\0", "reason": "\0", "valid_to": "9999-99-99"},
        ),
        (
            f"/console/accounts/{pk}/grants/",
            {"permission": "audit.read", "unit_id": "9" * 5000, "reason": "r", "valid_to": "0001-01-01"},
        ),
        (f"/console/accounts/{pk}/suspend/", {"reason": "x" * 5000}),
        (f"/console/accounts/{pk}/suspend/", {"reason": "a\0b"}),
        (f"/console/accounts/{HUGE}/suspend/", {"reason": "a"}),
        ("/console/workdays/import/", {"year": HUGE, "token": "x"}),
        ("/console/accounts/", {"purpose": "a\0b", "export": "1"}),
        ("/console/accounts/", {"purpose": "x" * 5000, "export": "1"}),
        ("/me/password/", {"old": "\0", "new": "\0" * 12, "repeated": "\0" * 12}),
        ("/login/", {"login": "\0", "password": "\0"}),
        ("/login/", {"login": "x" * 5000, "password": "y" * 5000}),
        ("/activate/", {"login": "\0", "code": "\0"}),
        ("/files/", {"file": "not a file"}),
        ("/todos/mark-read/", {"ids": [HUGE, "\0", "-1"]}),
        ("/todos/mark-read/", {"ids": ["9" * 18]}),
        ("/todos/", {"purpose": "a\0b", "export": "1"}),
        (f"/messages/{HUGE}/confirm/", {}),
    ]:
        answer = client.post(path, data)
        if answer.streaming:
            assert answer.getvalue()  # read to the end, so that the file is closed
        assert answer.status_code < 500, (path, data)
