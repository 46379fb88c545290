"""/api/v1/directory: organisation and persons for connected applications (通讯录同步, domain reference §6.5).

An application sees its range, what ordinary people of its unit can reach there, and the granted fields.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Field, P, PathEx, QueryEx, Router, Schema

from yiwang.kernel.errors import invalid, not_found
from yiwang.kernel.extension.open_calls import caller_of, client_auth
from yiwang.platform.addressbook.actions import following
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.addressbook.queries.applications import Change, PersonRecord, UnitRecord

SCOPE = "addressbook.read"
_LARGEST = 2**63 - 1

router = Router(tags=["通讯录同步"], auth=client_auth(SCOPE))

RowId = PathEx[int, P(ge=1, le=_LARGEST)]
PageSize = QueryEx[int, P(ge=1, le=500)]
Cursor = QueryEx[str, P(max_length=20, description="上一页的 next_cursor；留空从头开始")]


class Withheld(Schema):
    """A field that is kept back. reason: not_granted 未授权, hidden 已隐藏."""

    field: str
    reason: str


class PostAnswer(Schema):
    """One living post. kind: main, concurrent, secondment, attachment or rehired."""

    unit_id: int
    title: str
    kind: str
    is_main: bool
    is_leader: bool
    sort: int


class PersonAnswer(Schema):
    """A person. Fields that are kept back are absent and named in withheld_fields."""

    id: int
    name: str
    status: str
    unit_id: int | None
    posts: list[PostAnswer]
    title: str | None = None
    office_phone: str | None = None
    mobile: str | None = None
    email: str | None = None
    room: str | None = None
    withheld_fields: list[Withheld]


class UnitAnswer(Schema):
    """A unit. parent_id: 0 where its parent lies outside of the range. name: the short one."""

    id: int
    code: str
    name: str
    full_name: str
    node_type: str
    level: int
    parent_id: int
    sort: int


class ChangeAnswer(Schema):
    """kind: unit or person; change: created, updated or removed (left, revoked, hidden or out of range)."""

    cursor: str
    kind: str
    id: int
    change: str
    unit: UnitAnswer | None = None
    person: PersonAnswer | None = None


class ChangePage(Schema):
    """Keep next_cursor: with it you go on where you stopped."""

    items: list[ChangeAnswer]
    has_more: bool
    next_cursor: str


class PersonPage(Schema):
    """Persons in the order of the address book."""

    items: list[PersonAnswer]
    has_more: bool
    next_cursor: str


class UnitPage(Schema):
    """Units, those above before those below."""

    items: list[UnitAnswer]
    has_more: bool
    next_cursor: str


class Lookup(Schema):
    """ids: at most 200 persons."""

    ids: list[int] = Field(max_length=200)


class LookupAnswer(Schema):
    """not_found: numbers that do not exist or that the application may not see; it is not said which."""

    items: list[PersonAnswer]
    not_found: list[int]


@router.get(
    "/changes",
    response=ChangePage,
    url_name="directory_changes",
    summary="增量同步机构和人员",
    description="首次不带 cursor，得到全部现有机构和人员；以后带上保存的 next_cursor，只得到此后的变化。"
    "同一对象只给出最新状态；移出可见范围的以 removed 告知。",
)
def changes(request: HttpRequest, cursor: Cursor = "", page_size: PageSize = 200) -> HttpResponse:
    caller, after = caller_of(request), _number(cursor)
    is_behind = following.advance(caller)
    items, has_more = applications.changes(caller, after, page_size)
    last = str(items[-1].seq) if items else cursor or "0"
    return _json(
        {
            "items": [_change(one) for one in items],
            "has_more": has_more or is_behind,
            "next_cursor": last,
        }
    )


@router.get("/persons/{person_id}", response=PersonAnswer, url_name="directory_person", summary="人员")
def person(request: HttpRequest, person_id: RowId) -> HttpResponse:
    found = applications.person_records(caller_of(request), [person_id]).get(person_id)
    if found is None:
        raise not_found()
    return _json(person_answer(found))


@router.post("/lookup", response=LookupAnswer, url_name="directory_lookup", summary="按编号批量获取人员")
def lookup(request: HttpRequest, body: Lookup) -> HttpResponse:
    ids = [one for one in dict.fromkeys(body.ids) if 0 < one <= _LARGEST]
    found = applications.person_records(caller_of(request), ids)
    return _json(
        {
            "items": [person_answer(found[one]) for one in ids if one in found],
            "not_found": [one for one in dict.fromkeys(body.ids) if one not in found],
        }
    )


@router.get("/units", response=UnitPage, url_name="directory_units", summary="可见范围内的机构")
def units(
    request: HttpRequest,
    parent: QueryEx[
        int | None, P(ge=1, le=_LARGEST, description="只列该机构的直接下级；不填为可见范围内全部")
    ] = None,
    cursor: Cursor = "",
    page_size: PageSize = 200,
) -> HttpResponse:
    caller, start = caller_of(request), _number(cursor)
    found = applications.units(caller).order_by("position", "pk")
    if parent is not None:
        if not applications.units(caller).filter(pk=parent).exists():
            raise not_found()
        found = found.filter(parent_id=parent)
    rows = list(found[start : start + page_size + 1])
    page = applications.describe(caller, rows[:page_size])
    has_more = len(rows) > page_size
    following_page = str(start + page_size) if has_more else ""
    return _json({"items": page, "has_more": has_more, "next_cursor": following_page})


@router.get("/units/{unit_id}", response=UnitAnswer, url_name="directory_unit", summary="机构")
def unit(request: HttpRequest, unit_id: RowId) -> HttpResponse:
    return _json(_seen_unit(request, unit_id))


@router.get(
    "/units/{unit_id}/persons", response=PersonPage, url_name="directory_unit_persons", summary="机构的人员"
)
def unit_persons(
    request: HttpRequest,
    unit_id: RowId,
    includes_below: QueryEx[bool, P(description="含下级机构")] = False,
    cursor: Cursor = "",
    page_size: PageSize = 200,
) -> HttpResponse:
    caller, start = caller_of(request), _number(cursor)
    _seen_unit(request, unit_id)
    path = applications.units(caller).values_list("path", flat=True).get(pk=unit_id)
    ids = applications.members(caller, [path], includes_below=includes_below)
    page = ids[start : start + page_size]
    found = applications.person_records(caller, page)
    has_more = len(ids) > start + page_size
    return _json(
        {
            "items": [person_answer(found[one]) for one in page if one in found],
            "has_more": has_more,
            "next_cursor": str(start + page_size) if has_more else "",
        }
    )


def _seen_unit(request: HttpRequest, unit_id: int) -> UnitRecord:
    found = applications.unit_records(caller_of(request), [unit_id]).get(unit_id)
    if found is None:
        raise not_found()
    return found


def _number(cursor: str) -> int:
    if not cursor:
        return 0
    if not (cursor.isascii() and cursor.isdigit()) or int(cursor) > _LARGEST:
        raise invalid("cursor", "cursor 应为上一页的 next_cursor")
    return int(cursor)


def person_answer(one: PersonRecord) -> Mapping[str, Any]:
    """Withheld fields are absent, not empty."""
    return {
        "id": one.id,
        "name": one.name,
        "status": one.status,
        "unit_id": one.unit_id,
        "posts": one.posts,
        **one.fields,
        "withheld_fields": [{"field": field, "reason": reason} for field, reason in one.withheld.items()],
    }


def _change(one: Change) -> Mapping[str, Any]:
    answer: dict[str, Any] = {"cursor": str(one.seq), "kind": one.kind, "id": one.id, "change": one.change}
    if one.unit is not None:
        answer["unit"] = one.unit
    if one.person is not None:
        answer["person"] = person_answer(one.person)
    return answer


def _json(content: object) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(content), content_type="application/json")
