"""Tags for applications: /api/v1/tags. An application sees the tags it may use and keeps those it made.

Members are numbers of persons that the application may know of; a message to a tag reaches all its members.
"""

import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from ninja import P, PathEx, QueryEx, Router, Schema, Status

from yiwang.kernel.errors import require, require_right
from yiwang.kernel.extension.open_calls import caller_of, client_auth
from yiwang.platform.org.models import Unit
from yiwang.platform.tags.actions import member, share, tag, use
from yiwang.platform.tags.models import Tag, TagMember, TagUse
from yiwang.platform.tags.queries import calls, members, tags
from yiwang.platform.tags.queries.rules import checked
from yiwang.platform.tags.rules import language
from yiwang.platform.tags.rules import tag as rules
from yiwang.platform.tags.vocabulary import CALL_MANAGE, CALL_READ

_LARGEST_ID = 2**63 - 1
_READS, _KEEPS = client_auth(CALL_READ.key), client_auth(CALL_MANAGE.key)

router = Router(tags=["标签"])

TagId = PathEx[int, P(ge=1, le=_LARGEST_ID)]
Cursor = QueryEx[int, P(ge=0, le=_LARGEST_ID, description="上一页的 next_cursor")]


class TagAnswer(Schema):
    """A tag. is_mine: this application made it and may change it; rule: of a dynamic one that it made."""

    id: int
    name: str
    group: str
    note: str
    kind: str
    owner: str
    state: str
    is_mine: bool
    valid_to: datetime.date | None
    rule: dict[str, Any] | None


class TagPage(Schema):
    items: list[TagAnswer]
    has_more: bool
    next_cursor: int


class MemberPage(Schema):
    """persons: numbers of those the application may know of."""

    persons: list[int]
    has_more: bool
    next_cursor: int


class TagInput(Schema):
    name: str
    group: str = ""
    note: str = ""
    rule: dict[str, Any] | None = None
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    sensitivity: str = ""


class ListInput(Schema):
    """Numbers of persons (at most 1,000) and units (at most 100)."""

    persons: list[int] = []
    units: list[int] = []


class ListAnswer(Schema):
    """changed: how many entries came or went. invalid_…: not there, or not for this application to name."""

    changed: int
    invalid_persons: list[int]
    invalid_units: list[int]


class RuleInput(Schema):
    rule: dict[str, Any]


class Trial(Schema):
    """How many a rule means now, and how it reads."""

    people: int
    sentence: str


def _answer(request: HttpRequest, one: Tag) -> TagAnswer:
    is_mine = one.client_id == caller_of(request).client_id
    return TagAnswer(
        id=one.pk,
        name=one.name,
        group=one.group,
        note=one.note,
        kind=one.kind,
        owner=one.owner_name,
        state=one.state,
        is_mine=is_mine,
        valid_to=one.valid_to,
        rule=one.rule if is_mine else None,
    )


def _own(request: HttpRequest, tag_id: int) -> Tag:
    caller = caller_of(request)
    found = calls.known(caller, tag_id)
    require_right(rules.can_keep(caller, found), CALL_MANAGE.label)
    return found


@router.get("", response=TagPage, auth=_READS, url_name="tags", summary="可使用的标签")
def list_tags(
    request: HttpRequest, page_size: QueryEx[int, P(ge=1, le=200)] = 100, cursor: Cursor = 0
) -> TagPage:
    rows = list(calls.listed(caller_of(request)).filter(pk__gt=cursor)[: page_size + 1])
    shown = rows[:page_size]
    more = len(rows) > page_size
    return TagPage(
        items=[_answer(request, one) for one in shown], has_more=more, next_cursor=shown[-1].pk if more else 0
    )


@router.post("", response={201: TagAnswer}, auth=_KEEPS, url_name="tag_add", summary="添加标签")
def add_tag(request: HttpRequest, body: TagInput) -> Status[TagAnswer]:
    caller = caller_of(request)
    unit = Unit.objects.get(pk=caller.unit_id)
    made = tag.make_tag(unit, **body.dict(), actor=caller, viewer=caller.viewer)
    return Status(201, _answer(request, made))


@router.post("/try", response=Trial, auth=_KEEPS, url_name="tag_try", summary="试算规则")
def try_rule(request: HttpRequest, body: RuleInput) -> Trial:
    caller = caller_of(request)
    rule = checked(language.read(body.rule), caller.viewer)
    found = members.preview(rule, Unit.objects.get(pk=caller.unit_id), caller.viewer)
    return Trial(people=found.people, sentence=language.sentence(rule, tags.names_for(rule, caller.viewer)))


@router.get("/{tag_id}", response=TagAnswer, auth=_READS, url_name="tag", summary="标签信息")
def get_tag(request: HttpRequest, tag_id: TagId) -> TagAnswer:
    return _answer(request, calls.known(caller_of(request), tag_id))


@router.put("/{tag_id}", response=TagAnswer, auth=_KEEPS, url_name="tag_edit", summary="编辑标签和规则")
def edit_tag(request: HttpRequest, tag_id: TagId, body: TagInput) -> TagAnswer:
    caller = caller_of(request)
    found = tag.edit_tag(_own(request, tag_id), **body.dict(), actor=caller, viewer=caller.viewer)
    return _answer(request, found)


@router.api_operation(
    ["DELETE"], "/{tag_id}", response={204: None}, auth=_KEEPS, url_name="tag_delete", summary="删除标签"
)
def delete_tag(request: HttpRequest, tag_id: TagId) -> Status[None]:
    tag.drop_tag(_own(request, tag_id), actor=caller_of(request))
    return Status(204, None)


@router.get(
    "/{tag_id}/members", response=MemberPage, auth=_READS, url_name="tag_members", summary="解析成员编号"
)
@transaction.atomic
def get_members(
    request: HttpRequest,
    tag_id: TagId,
    page_size: QueryEx[int, P(ge=1, le=1000)] = 1000,
    cursor: Cursor = 0,
) -> MemberPage:
    caller = caller_of(request)
    found = calls.usable(caller, tag_id)
    rows = members.page(found, caller.viewer, after=cursor, limit=page_size + 1)
    ids = [number for number, _ in rows[:page_size]]
    use.note_use(found, people=len(ids), purpose=TagUse.Purpose.RESOLVED, about="解析成员编号", actor=caller)
    more = len(rows) > page_size
    return MemberPage(persons=ids, has_more=more, next_cursor=ids[-1] if more else 0)


def _require_short(body: ListInput) -> None:
    require(
        len(body.persons) <= 1000 and len(body.units) <= 100,
        "每次最多1,000名人员、100个机构",
        status=422,
    )


@router.post(
    "/{tag_id}/members", response=ListAnswer, auth=_KEEPS, url_name="tag_members_add", summary="添加成员"
)
def add_members(request: HttpRequest, tag_id: TagId, body: ListInput) -> ListAnswer:
    caller, found = caller_of(request), _own(request, tag_id)
    _require_short(body)
    persons, units = calls.persons(caller, map(str, body.persons)), calls.units(caller, map(str, body.units))
    changed = member.add_members(
        found,
        persons=persons.good,
        units=units.good,
        way=TagMember.Way.CALLED,
        actor=caller,
        viewer=caller.viewer,
    )
    return _list_answer(changed, persons, units)


@router.post(
    "/{tag_id}/members/remove",
    response=ListAnswer,
    auth=_KEEPS,
    url_name="tag_members_remove",
    summary="移出成员",
)
def remove_members(request: HttpRequest, tag_id: TagId, body: ListInput) -> ListAnswer:
    caller, found = caller_of(request), _own(request, tag_id)
    _require_short(body)
    persons = calls.on_list(found, caller, map(str, body.persons), is_unit=False)
    units = calls.on_list(found, caller, map(str, body.units), is_unit=True)
    changed = member.remove_members(
        found,
        persons=persons.good,
        units=units.good,
        reason="通过接口移出",
        actor=caller,
        viewer=caller.viewer,
    )
    return _list_answer(changed, persons, units)


def _list_answer(changed: int, persons: calls.Sorted, units: calls.Sorted) -> ListAnswer:
    return ListAnswer(
        changed=changed,
        invalid_persons=[int(one) for one in persons.bad],
        invalid_units=[int(one) for one in units.bad],
    )


@router.put(
    "/{tag_id}/shares/{unit_id}", response={204: None}, auth=_KEEPS, url_name="tag_share", summary="共享"
)
def share_tag(request: HttpRequest, tag_id: TagId, unit_id: TagId) -> Status[None]:
    caller = caller_of(request)
    share.share_tag(_own(request, tag_id), units=[unit_id], actor=caller, viewer=caller.viewer)
    return Status(204, None)


@router.api_operation(
    ["DELETE"],
    "/{tag_id}/shares/{unit_id}",
    response={204: None},
    auth=_KEEPS,
    url_name="tag_unshare",
    summary="取消共享",
)
def unshare_tag(request: HttpRequest, tag_id: TagId, unit_id: TagId) -> Status[None]:
    share.unshare_tag(_own(request, tag_id), units=[unit_id], actor=caller_of(request))
    return Status(204, None)
