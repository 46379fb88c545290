"""人员名册: whom an administrator sees there, how it can be narrowed, and what never leaves with it."""

from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person, Post

PATH = "/console/people/"
FRAGMENT = {"HX-Request": "true"}


def as_member(cast: Cast, login: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE] = cast.member(login).token()
    return client


def names(cast: Cast, login: str, **query: str) -> list[str]:
    page = as_member(cast, login).get(PATH, query, headers=FRAGMENT)
    assert page.status_code == 200
    rows = page.content.decode().split("<tbody>")[-1].split("<tr>")[1:]
    return [row.split("</a>")[0].split(">")[-1] for row in rows]


def test_the_district_sees_all_a_graded_administrator_his_branch(cast: Cast) -> None:
    town = names(cast, "qian")
    assert town[:2] == ["赵明远", "钱玉芬"] and set(town) >= {"李四", "周月娥", "唐静宜"}
    assert "王海涛" not in town and "陶外包" not in town
    assert "王海涛" in names(cast, "sun") and "米思源" in names(cast, "sun")


def test_from_the_record_to_an_application_about_him(cast: Cast) -> None:
    """The link names the person, and so does every choice behind it."""
    qian, li = as_member(cast, "qian"), cast.li.person.pk
    address = f"/changes/persons/new/?person={li}"
    assert f'href="{address}"' in qian.get(f"{PATH}{li}/").content.decode()
    page = qian.get(address).content.decode()
    assert "李四" in page and f"/changes/persons/new/transfer/?person={li}" in page
    form = qian.get(f"/changes/persons/new/transfer/?person={li}").content.decode()
    assert "调动：李四" in form


def test_by_unit_and_below(cast: Cast) -> None:
    assert names(cast, "qian", unit="QP-0301-02") == ["周月娥"]
    assert names(cast, "sun", unit="QP-0302", q="王") == ["王海涛"]
    answer = as_member(cast, "qian").get(PATH, {"unit": "QP-0302"})
    assert answer.status_code == 422


def test_a_unit_chosen_in_the_tree_stays_chosen(cast: Cast) -> None:
    page = as_member(cast, "qian").get(PATH, {"unit": "QP-0301-0201"}).content.decode()
    assert '<option value="QP-0301-0201" selected>大新街居委会</option>' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "李"}, ["李四"]),
        ({"q": "lisi"}, ["李四"]),
        ({"q": "ls"}, ["李四"]),
        ({"category": "contracted"}, []),
        ({"status": "retired"}, ["周月娥"]),
        ({"place": "several"}, ["赵明远"]),
        ({"serving": "secondment"}, ["王海涛"]),
        ({"serving": "concurrent"}, ["赵明远"]),
        ({"establishment": "institution_full"}, ["李四"]),
    ],
)
def test_narrowing(query: dict[str, str], found: list[str], cast: Cast) -> None:
    office = cast.units["QP-0301-01"]
    Person.objects.filter(pk=cast.zhou.person.pk).update(status=Person.Status.RETIRED)
    Person.objects.filter(pk=cast.li.person.pk).update(establishment="institution_full")
    people.start_post(
        cast.zhao.person, unit=office, title="兼任主任", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    people.start_post(cast.wang.person, unit=office, title="借调", kind=Post.Kind.SECONDMENT, actor=SYSTEM)
    assert names(cast, "qian", **query) == found


def test_who_has_left_is_shown_when_asked_for(cast: Cast) -> None:
    Person.objects.filter(pk=cast.zhou.person.pk).update(status=Person.Status.RETIRED)
    assert "周月娥" not in names(cast, "qian")


def test_who_is_lent_elsewhere(cast: Cast) -> None:
    other = cast.units["QP-0302-01"]
    people.start_post(cast.li.person, unit=other, title="借调", kind=Post.Kind.SECONDMENT, actor=SYSTEM)
    assert names(cast, "qian", place="lent") == ["李四"]


def test_neither_identity_nor_mobile_numbers_leave_with_it(cast: Cast) -> None:
    client = as_member(cast, "qian")
    assert client.post(PATH, {"purpose": ""}).status_code == 422
    answer = client.post(PATH, {"purpose": "核对本单位人员"})
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file
    text = str(CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python())
    assert "李四" in text and "用途：核对本单位人员" in text and "钱玉芬" in text
    assert cast.li.person.mobile not in text and cast.li.person.id_number not in text
    assert Entry.objects.latest("id").verb == "kernel.exported"


def test_the_record_masks_numbers_and_shows_all_posts(cast: Cast) -> None:
    page = as_member(cast, "qian").get(reverse("console:person", args=[cast.li.person.pk])).content.decode()
    assert "139****0007" in page and cast.li.person.id_number not in page
    assert "办事员" in page and "主职" in page and "登录名" in page


def test_who_serves_here_besides_his_main_post_has_a_record_here(cast: Cast) -> None:
    address = reverse("console:person", args=[cast.wang.person.pk])
    client = as_member(cast, "qian")
    assert client.get(address).status_code == 404
    office = cast.units["QP-0301-01"]
    people.start_post(cast.wang.person, unit=office, title="借调", kind=Post.Kind.SECONDMENT, actor=SYSTEM)
    assert client.get(address).status_code == 200


def test_the_list_asks_the_same_however_long(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_member(cast, "sun")
    client.get(PATH)
    with django_assert_max_num_queries(15):
        client.get(PATH)
