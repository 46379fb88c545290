"""The address book for programs: /api/v1/persons and /api/v1/units. Sees exactly what the pages show.

Lists are paged by cursor: pass next_cursor as cursor until has_more is false. There is no list of everybody:
organisation and persons are controlled information (R2-14), so a list is a search or one unit.
"""

import datetime

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import P, PathEx, QueryEx, Router, Schema

from yiwang.kernel.errors import Refused, not_found, require_right
from yiwang.platform.accounts.queries.principals import Principal, of_request
from yiwang.platform.addressbook.actions import looks, mobiles
from yiwang.platform.addressbook.forms import PurposeForm
from yiwang.platform.addressbook.queries import cards, search, unit_names, units
from yiwang.platform.addressbook.queries import looks as looked
from yiwang.platform.addressbook.vocabulary import REVEALING
from yiwang.platform.org.models import UnitAlias

_LARGEST_ID = 2**63 - 1

persons = Router(tags=["通讯录：人员"])
organisation = Router(tags=["通讯录：机构"])

RowId = PathEx[int, P(ge=1, le=_LARGEST_ID)]
PageSize = QueryEx[int, P(ge=1, le=200)]
Cursor = QueryEx[str, P(max_length=80, description="上一页的 next_cursor")]


class UnitRef(Schema):
    """A unit by its short name."""

    id: int
    name: str


class PersonRow(Schema):
    """A person in a list. unit, department: short names; department is the level-2 unit above."""

    id: int
    name: str
    title: str
    unit: str
    department: str
    office_phone: str


class PersonPage(Schema):
    """hint: what to search for instead, when the text can match nothing."""

    items: list[PersonRow]
    has_more: bool
    next_cursor: str
    hint: str


class PostDetail(Schema):
    """One post. kind: 主职、兼职、借调、挂职、返聘; units: from the department down to where he serves."""

    unit_id: int
    title: str
    kind: str
    is_main: bool
    portfolio: str
    units: list[UnitRef]


class PersonDetail(Schema):
    """A card. mobile is masked; status is empty for who is on post.

    withheld_fields: what is kept from you and therefore empty (字段隐藏、仅经对方同意的联系人).
    ranks: 职级 and 岗位等级, for people of his own level-2 unit; empty for others.
    """

    id: int
    name: str
    status: str
    office_phone: str
    mobile: str
    email: str
    room: str
    checked_on: datetime.date | None
    withheld_fields: list[str]
    ranks: str
    posts: list[PostDetail]


class Purpose(Schema):
    """What a whole number is asked for.

    purpose: 公务联系、会议活动通知、值班值守、应急处置 or 其他; text: more of it, compulsory for 其他.
    """

    purpose: str = ""
    text: str = ""


class MobileDetail(Schema):
    """left_today: how many more persons' numbers may be seen today."""

    id: int
    mobile: str
    purpose: str
    left_today: int


class UnitRow(Schema):
    """A unit in a list. people: persons in it and below whom you may see."""

    id: int
    name: str
    full_name: str
    node_type: str
    people: int
    has_children: bool


class UnitPage(Schema):
    """Units side by side, in maintained order."""

    items: list[UnitRow]
    has_more: bool
    next_cursor: str


class UnitDetail(Schema):
    """A unit. units: from the root down to its parent; plates: 加挂牌子."""

    id: int
    code: str
    name: str
    full_name: str
    node_type: str
    people: int
    duty_phone: str
    fax: str
    address: str
    postcode: str
    plates: list[str]
    former_names: list[str]
    units: list[UnitRef]


def _viewer(request: HttpRequest) -> Principal:
    """Who asks; temporary accounts (临时账号) have no address book, as in the pages."""
    viewer = of_request(request)
    if viewer.is_temporary:
        raise not_found()
    return viewer


def _json(content: object) -> HttpResponse:
    """Already in the shape of the schema: checking it again would cost more than finding it."""
    return HttpResponse(msgspec.json.encode(content), content_type="application/json")


@persons.get("", response=PersonPage, url_name="persons", summary="查找人员，或列出一个机构的人员")
def list_persons(
    request: HttpRequest,
    q: QueryEx[str, P(max_length=200, description="姓名、全拼、拼音首字母或完整的11位手机号码")] = "",
    unit: QueryEx[
        int | None, P(ge=1, le=_LARGEST_ID, description="机构；有 q 时包括其下级，没有 q 时只列本级")
    ] = None,
    page_size: PageSize = search.PAGE,
    cursor: Cursor = "",
) -> HttpResponse:
    viewer = _viewer(request)
    if not q.strip() and unit is None:
        raise Refused("请填写 q 或 unit", status=422, fields={"q": "请填写查找内容，或指定机构"})
    if q.strip():
        within = units.get(viewer, unit).path if unit is not None else ""
        found = search.people(viewer, q, after=cursor, limit=page_size, within=within)
        looks.searched(q, hits=found.number, actor=viewer, agent=request.headers.get("User-Agent", ""))
        return _person_page(found.people, found.next, found.hint)
    return _members(viewer, unit or 0, cursor, page_size)


def _members(viewer: Principal, unit_id: int, cursor: str, limit: int) -> HttpResponse:
    one = units.get(viewer, unit_id)
    page = units.members(viewer, one, after=cursor, limit=limit)
    name, department = unit_names.names_of([one.pk])[one.pk]
    rows = [
        search.Row(post.person_id, post.person.name, post.title, name, department, post.person.office_phone)
        for post in page.posts
    ]
    return _person_page(rows, page.next)


def _person_page(rows: list[search.Row], next_cursor: str, hint: str = "") -> HttpResponse:
    return _json({"items": rows, "has_more": bool(next_cursor), "next_cursor": next_cursor, "hint": hint})


@persons.get("/{person_id}", response=PersonDetail, url_name="person", summary="人员名片")
def get_person(request: HttpRequest, person_id: RowId) -> PersonDetail:
    viewer = _viewer(request)
    card = cards.card(viewer, person_id)
    looks.opened(card.id, card.name, actor=viewer, agent=request.headers.get("User-Agent", ""))
    return PersonDetail(
        id=card.id,
        name=card.name,
        status=card.status,
        office_phone=card.office_phone,
        mobile=card.mobile,
        email=card.email,
        room=card.room,
        checked_on=card.checked_on,
        withheld_fields=sorted(card.withheld),
        ranks=card.ranks,
        posts=[_post(post) for post in card.posts],
    )


@persons.post(
    "/{person_id}/mobile", response=MobileDetail, url_name="person_mobile", summary="查看完整手机号码"
)
def reveal_mobile(
    request: HttpRequest, response: HttpResponse, person_id: RowId, body: Purpose
) -> MobileDetail:
    """For a purpose, within the day's budget, remembered; refused for the same reasons as on the page."""
    viewer = _viewer(request)
    response["Cache-Control"] = "no-store"
    form = PurposeForm({"purpose": body.purpose, "text": body.text})
    if not form.is_valid():
        _, may = cards.revealable(viewer, person_id)
        require_right(may, REVEALING)
        raise _without_purpose(form)
    agent = request.headers.get("User-Agent", "")
    number = mobiles.reveal(person_id, purpose=form.said, actor=viewer, agent=agent)
    left = looked.budget(viewer, person_id).left
    return MobileDetail(id=person_id, mobile=number, purpose=form.said, left_today=left)


def _without_purpose(form: PurposeForm) -> Refused:
    errors = {name: "；".join(map(str, found)) for name, found in form.errors.items()}
    if "purpose" in errors:
        return Refused(errors["purpose"], status=403, code="E-SEC-02", fields=errors)
    return Refused(next(iter(errors.values())), status=422, fields=errors)


def _post(post: cards.CardPost) -> PostDetail:
    return PostDetail(
        unit_id=post.unit_id,
        title=post.title,
        kind=post.kind,
        is_main=post.is_main,
        portfolio=post.portfolio,
        units=[UnitRef(id=unit_id, name=name) for unit_id, name in post.line],
    )


@organisation.get("/{unit_id}", response=UnitDetail, url_name="unit", summary="机构信息")
def get_unit(request: HttpRequest, unit_id: RowId) -> UnitDetail:
    viewer = _viewer(request)
    *above, one = units.line_to(viewer, unit_id)
    aliases = units.aliases_of(one)
    return UnitDetail(
        id=one.pk,
        code=one.code,
        name=one.short_name,
        full_name=one.full_name,
        node_type=one.node_type,
        people=units.people_of(viewer, one)[one.pk],
        duty_phone=one.duty_phone,
        fax=one.fax,
        address=one.address,
        postcode=one.postcode,
        plates=[alias.name for alias in aliases if alias.kind == UnitAlias.Kind.PLATE],
        former_names=[alias.name for alias in aliases if alias.kind == UnitAlias.Kind.FORMER],
        units=[UnitRef(id=unit.pk, name=unit.short_name) for unit in above],
    )


@organisation.get("/{unit_id}/children", response=UnitPage, url_name="unit_children", summary="下级机构")
def list_children(
    request: HttpRequest,
    unit_id: RowId,
    page_size: PageSize = units.PAGE,
    cursor: Cursor = "",
) -> UnitPage:
    viewer = _viewer(request)
    level = units.level(viewer, units.get(viewer, unit_id), after=cursor, limit=page_size)
    return UnitPage(
        items=[
            UnitRow(
                id=node.id,
                name=node.name,
                full_name=node.full_name,
                node_type=node.node_type,
                people=node.people,
                has_children=node.has_children,
            )
            for node in level.nodes
        ],
        has_more=bool(level.next),
        next_cursor=level.next,
    )
