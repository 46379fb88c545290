"""The address book for programs: /api/v1/persons and /api/v1/units."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from yiwang.platform.addressbook import api
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import browser
from yiwang.platform.org.models import Code, Person, UnitAlias
from yiwang.platform.org.queries import codes

PERSONS, UNITS = "/api/v1/persons", "/api/v1/units"


def get(client: Client, address: str, **query: str | int) -> dict[str, Any]:
    response = client.get(address, query)
    assert response.status_code == 200, response.content
    content: dict[str, Any] = response.json()
    return content


def problem(client: Client, address: str, status: int, **query: str | int) -> dict[str, Any]:
    response = client.get(address, query)
    assert response.status_code == status and response["Content-Type"] == "application/problem+json"
    content: dict[str, Any] = response.json()
    assert content["status"] == status
    return content


def pages(client: Client, address: str, **query: str | int) -> Iterator[dict[str, Any]]:
    page = get(client, address, **query)
    yield page
    while page["has_more"]:
        page = get(client, address, cursor=page["next_cursor"], **query)
        yield page


def test_search(cast: Cast) -> None:
    page = get(browser(cast, "wang"), PERSONS, q="lisi")
    api.PersonPage.model_validate(page)
    assert page == {
        "items": [
            {
                "id": cast.li.person.pk,
                "name": "李四",
                "title": "办事员",
                "unit": "党政办公室",
                "department": "朱家角镇",
                "office_phone": "021-59720000",
            }
        ],
        "has_more": False,
        "next_cursor": "",
        "hint": "",
    }
    assert get(browser(cast, "wang"), PERSONS, q="1390")["hint"] == "请输入完整的11位手机号码"


def test_pages_of_a_search_add_up(cast: Cast) -> None:
    factories.persons(cast, ["王" + last for last in "一二三四五六七"])
    client = browser(cast, "li")
    found = [one["id"] for page in pages(client, PERSONS, q="王", page_size=3) for one in page["items"]]
    assert len(found) == len(set(found)) == 8
    assert found == [one["id"] for one in get(client, PERSONS, q="王")["items"]]


def test_search_below_a_unit(cast: Cast) -> None:
    factories.person(cast, "李五", unit="QP-0302-01")
    client = browser(cast, "wang")

    def names(code: str) -> list[str]:
        return [one["name"] for one in get(client, PERSONS, q="li", unit=cast.units[code].pk)["items"]]

    assert names("QP-0302") == ["李五"] and names("QP-0301") == ["李四"]
    assert names("QP-03") == ["李四", "李五"] and names("QP-0201") == []


def test_persons_of_a_unit(cast: Cast) -> None:
    factories.persons(cast, ["王一", "王二"])
    client = browser(cast, "li")
    unit = cast.units["QP-0302-01"].pk
    whole = get(client, PERSONS, unit=unit)
    api.PersonPage.model_validate(whole)
    assert {one["name"] for one in whole["items"]} == {"王海涛", "劳乐天", "顾怀恩", "方志远", "王一", "王二"}
    paged = [one for page in pages(client, PERSONS, unit=unit, page_size=1) for one in page["items"]]
    assert paged == whole["items"]
    assert get(client, PERSONS, unit=cast.units["QP-03"].pk)["items"] == [], "only that very unit"


def test_there_is_no_list_of_everybody(cast: Cast) -> None:
    client = browser(cast, "li")
    queries: list[dict[str, str | int]] = [{}, {"q": " "}]
    for query in queries:
        assert "q" in problem(client, PERSONS, 422, **query)["fields"]


@pytest.mark.parametrize(
    "query",
    [
        {"q": "王", "page_size": 0},
        {"q": "王", "page_size": 201},
        {"q": "王", "page_size": "x"},
        {"q": "王", "cursor": "x"},
        {"q": "王" * 201},
        {"unit": 0},
        {"unit": 10**30},
    ],
)
def test_bad_input(cast: Cast, query: dict[str, str | int]) -> None:
    assert problem(browser(cast, "li"), PERSONS, 422, **query)["fields"]


def test_a_person(cast: Cast) -> None:
    client = browser(cast, "wang")
    card = get(client, f"{PERSONS}/{cast.li.person.pk}")
    api.PersonDetail.model_validate(card)
    assert card["mobile"] == "139****0007" and "id_number" not in card
    town, office = cast.units["QP-0301"], cast.units["QP-0301-01"]
    assert card["posts"] == [
        {
            "unit_id": office.pk,
            "title": "办事员",
            "kind": "主职",
            "is_main": True,
            "portfolio": "",
            "units": [{"id": town.pk, "name": "朱家角镇"}, {"id": office.pk, "name": "党政办公室"}],
        }
    ]
    for number in (cast.mi.person.pk, 999_999):
        assert problem(client, f"{PERSONS}/{number}", 404)["code"] == "E-NOTF-01"
    assert get(browser(cast, "mi"), f"{PERSONS}/{cast.mi.person.pk}")["name"] == "米思源"


def test_a_unit(cast: Cast) -> None:
    UnitAlias.objects.create(unit=cast.units["QP-0301"], name="珠街阁镇", kind=UnitAlias.Kind.FORMER)
    unit = get(browser(cast, "wang"), f"{UNITS}/{cast.units['QP-0301'].pk}")
    api.UnitDetail.model_validate(unit)
    assert unit["full_name"] == "上海市青浦区朱家角镇" and unit["former_names"] == ["珠街阁镇"]
    assert unit["people"] == 5
    assert [one["name"] for one in unit["units"]] == ["青浦区", "镇街道"]


def test_units_below(cast: Cast) -> None:
    client = browser(cast, "li")
    address = f"{UNITS}/{cast.units['QP-03'].pk}/children"
    whole = get(client, address)
    api.UnitPage.model_validate(whole)
    assert [one["name"] for one in whole["items"]] == ["朱家角镇", "徐泾镇"]
    assert all(one["has_children"] for one in whole["items"])
    paged = [one for page in pages(client, address, page_size=1) for one in page["items"]]
    assert paged == whole["items"]
    problem(client, address, 422, cursor="x")


def test_hidden_units(cast: Cast) -> None:
    office, hidden = cast.units["QP-0101"].pk, cast.units["QP-0101-01"].pk
    for login in ("li", "zhao", "qian", "wang"):
        client = browser(cast, login)
        problem(client, f"{UNITS}/{hidden}", 404)
        problem(client, f"{UNITS}/{hidden}/children", 404)
        problem(client, PERSONS, 404, unit=hidden)
        problem(client, PERSONS, 404, unit=hidden, q="mi")
        assert get(client, f"{UNITS}/{office}")["people"] == 0
        assert get(client, f"{UNITS}/{office}/children")["items"] == []
    inside = browser(cast, "mi")
    assert [one["id"] for one in get(inside, f"{UNITS}/{office}/children")["items"]] == [hidden]
    assert get(inside, f"{UNITS}/{hidden}")["people"] == 1


def test_who_may_ask(cast: Cast) -> None:
    town = cast.units["QP-0301"].pk
    addresses = (
        f"{PERSONS}?q=li",
        f"{PERSONS}/{cast.li.person.pk}",
        f"{UNITS}/{town}",
        f"{UNITS}/{town}/children",
    )
    for address in addresses:
        problem(Client(), address, 401)
        problem(browser(cast, "temp"), address, 404)


def test_the_description_names_the_parts(cast: Cast) -> None:
    described = get(Client(), "/api/v1/openapi.json")["paths"]
    assert {f"{PERSONS}", f"{PERSONS}/{{person_id}}", f"{UNITS}/{{unit_id}}"} <= set(described)
    names = {one["name"] for one in described[PERSONS]["get"]["parameters"]}
    assert names == {"q", "unit", "page_size", "cursor"}


def test_the_grade_goes_to_his_own_unit_only(cast: Cast) -> None:
    """§3.1: never 职级 outside own unit; nor to colleagues from whom his post is kept."""
    Person.objects.filter(pk=cast.li.person.pk).update(grade="general-10")
    word = codes.label(Code.List.GRADE, "general-10")
    address = f"/api/v1/persons/{cast.li.person.pk}"
    for login in ("li", "zhao", "qian"):
        assert word in browser(cast, login).get(address).json()["ranks"], login
    for login in ("wang", "gu", "sun", "an"):
        assert browser(cast, login).get(address).json()["ranks"] == "", login
    factories.hide(cast.li.person, "title")
    assert browser(cast, "zhao").get(address).json()["ranks"] == ""
