"""/cgi-bin/tag/…: WeCom's calls on tags, with its names of parameters and its numbers, over our acts.

Beyond WeCom: tag/get is paged (cursor, limit), tag/rule, tag/share and tag/unshare. userid is the number of a
person. What the application may not know of is in invalidlist like what does not exist.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.open_calls import Caller, WecomError
from yiwang.platform.org.models import Unit
from yiwang.platform.tags.actions import member, share, tag, use
from yiwang.platform.tags.models import Tag, TagMember, TagUse
from yiwang.platform.tags.models.tag import NAME_LENGTH
from yiwang.platform.tags.queries import calls, members, tags
from yiwang.platform.tags.rules import tag as rules

Query = Mapping[str, str]
Body = Mapping[str, Any]
Answer = Mapping[str, Any]
Call = Callable[[Caller, Query, Body], Answer]

MOST_USERS, MOST_PARTIES, MOST_ROWS = 1_000, 100, 1_000
_WRONG, _BAD_USERS, _LONG_USERS, _BAD_PARTIES = 40058, 40031, 40032, 40066
_NO_TAG, _ALL_BAD, _TAKEN_NAME, _BAD_NAME = 40068, 40070, 40071, 40072
_NOT_ITS_OWN = 81011
# Codes of refusals by the number that WeCom gives them.
_NUMBERS = {"E-TAG-01": _NO_TAG, "E-TAG-03": _TAKEN_NAME, "E-TAG-05": 40070}


def _numbered(run: Call) -> Call:
    """What our acts refuse, under WeCom's number."""

    @wraps(run)
    def called(caller: Caller, query: Query, body: Body) -> Answer:
        try:
            return run(caller, query, body)
        except Refused as refusal:
            number = _NUMBERS.get(refusal.code)
            if number is None:
                raise
            said = "；".join(dict.fromkeys([*refusal.fields.values()] or [refusal.message]))
            raise WecomError(number, said) from refusal

    return called


def _tag_id(given: object) -> int:
    text = str(given if isinstance(given, int) and not isinstance(given, bool) else given or "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise WecomError(_NO_TAG, "标签不存在或未共享")
    return int(text)


def _own(caller: Caller, given: object) -> Tag:
    """A tag to be changed: one that this application made."""
    found = calls.known(caller, _tag_id(given))
    if not rules.can_keep(caller, found):
        raise WecomError(_NOT_ITS_OWN, "只能维护本应用创建的标签")
    return found


def _name(body: Body) -> str:
    name = body.get("tagname")
    if not isinstance(name, str) or not name.strip() or "\0" in name:
        raise WecomError(_BAD_NAME, "缺少 tagname")
    if len(" ".join(name.split())) > NAME_LENGTH:
        raise WecomError(_BAD_NAME, f"tagname 最多{NAME_LENGTH}个字")
    return name


def _texts(body: Body, key: str, most: int, number: int) -> list[str]:
    """A list of ids, as texts; WeCom's own clients send numbers and texts."""
    given = body.get(key) or []
    if not isinstance(given, list) or not all(isinstance(one, str | int) for one in given):
        raise WecomError(_BAD_USERS if key == "userlist" else _BAD_PARTIES, f"{key} 应为列表")
    if len(given) > most:
        raise WecomError(number, f"{key} 每次最多{most:,}个")
    return [str(one) for one in given]


@_numbered
def create(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/create: static, or dynamic with a rule; the platform gives the tagid."""
    if body.get("tagid") not in (None, "", 0):
        raise WecomError(_NO_TAG, "tagid 由平台分配，请勿指定")
    unit = Unit.objects.get(pk=caller.unit_id)
    rule = body.get("rule")
    made = tag.make_tag(
        unit, name=_name(body), rule=rule, note="通过接口创建", actor=caller, viewer=caller.viewer
    )
    return {"errmsg": "created", "tagid": made.pk}


@_numbered
def update(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/update: another name."""
    found = _own(caller, body.get("tagid"))
    tag.edit_tag(found, name=_name(body), **_kept(found), actor=caller)
    return {"errmsg": "updated"}


def _kept(found: Tag) -> dict[str, Any]:
    """What an edit by the interface leaves as it is."""
    names = ("group", "note", "valid_from", "valid_to", "sensitivity")
    return {name: getattr(found, name) for name in names}


@_numbered
def delete(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/delete."""
    tag.drop_tag(_own(caller, query.get("tagid")), actor=caller)
    return {"errmsg": "deleted"}


@_numbered
def get(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/get: who belongs to it, as far as the application may know of them, page by page."""
    found = calls.usable(caller, _tag_id(query.get("tagid")))
    limit = _number(query.get("limit", ""), MOST_ROWS, most=MOST_ROWS)
    cursor = _number(query.get("cursor", ""), 0, most=2**63 - 1)
    if found.is_dynamic:
        rows = members.page(found, caller.viewer, after=cursor, limit=limit + 1)
        users = [{"userid": str(number), "name": name} for number, name in rows[:limit]]
        parties: list[int] = []
        last = rows[limit - 1][0] if len(rows) > limit else 0
    else:
        entries = _entries(found, caller, cursor, limit + 1)
        users = [
            {"userid": str(one.person_id), "name": one.person.name} for one in entries[:limit] if one.person
        ]
        parties = [one.unit_id for one in entries[:limit] if one.unit_id]
        last = entries[limit - 1].pk if len(entries) > limit else 0
    use.note_use(found, people=len(users), purpose=TagUse.Purpose.RESOLVED, about="tag/get", actor=caller)
    return {
        "tagname": found.name,
        "userlist": users,
        "partylist": parties,
        "next_cursor": str(last) if last else "",
    }


def _entries(found: Tag, caller: Caller, after: int, limit: int) -> list[TagMember]:
    rows = members.listed(found, caller.viewer).filter(removed_at=None, pk__gt=after)
    return list(rows.order_by("pk")[:limit])


def _number(text: str, default: int, *, most: int) -> int:
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise WecomError(_WRONG, "cursor、limit 应为数字")
    return min(max(int(text), 0 if default == 0 else 1), most)


@_numbered
def add_users(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/addtagusers: up to 1,000 persons and 100 units."""
    found = _own(caller, body.get("tagid"))
    people = calls.persons(caller, _texts(body, "userlist", MOST_USERS, _LONG_USERS))
    units = calls.units(caller, _texts(body, "partylist", MOST_PARTIES, _BAD_PARTIES))
    _require_some(people, units)
    member.add_members(
        found,
        persons=people.good,
        units=units.good,
        way=TagMember.Way.CALLED,
        actor=caller,
        viewer=caller.viewer,
    )
    return {"errmsg": "ok", **_invalid(people, units)}


@_numbered
def remove_users(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/deltagusers."""
    found = _own(caller, body.get("tagid"))
    userlist = _texts(body, "userlist", MOST_USERS, _LONG_USERS)
    partylist = _texts(body, "partylist", MOST_PARTIES, _BAD_PARTIES)
    people = calls.on_list(found, caller, userlist, is_unit=False)
    units = calls.on_list(found, caller, partylist, is_unit=True)
    _require_some(people, units)
    member.remove_members(
        found,
        persons=people.good,
        units=units.good,
        reason="通过接口移出",
        actor=caller,
        viewer=caller.viewer,
    )
    return {"errmsg": "deleted", **_invalid(people, units)}


def _require_some(people: calls.Sorted, units: calls.Sorted) -> None:
    if not people.good and not units.good:
        raise WecomError(_ALL_BAD, "userlist、partylist 全部无效")


def _invalid(people: calls.Sorted, units: calls.Sorted) -> Answer:
    """WeCom's two shapes of the same thing; nothing when everything was in order."""
    answer: dict[str, Any] = {}
    if people.bad:
        answer["invalidlist"] = "|".join(people.bad)
    if units.bad:
        answer["invalidparty"] = [int(one) if one.isascii() and one.isdigit() else one for one in units.bad]
    return answer


def list_tags(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/list: those that the application may use, and those that it made."""
    return {
        "taglist": [
            {"tagid": one.pk, "tagname": one.name, "owner": one.owner_name, "dynamic": one.is_dynamic}
            for one in calls.listed(caller)
        ]
    }


@_numbered
def share_with(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/share: let units use it (设置标签共享组织)."""
    found = _own(caller, body.get("tagid"))
    units = calls.units(caller, _texts(body, "partylist", MOST_PARTIES, _BAD_PARTIES))
    if not units.good:
        raise WecomError(_BAD_PARTIES, "partylist 全部无效")
    share.share_tag(found, units=units.good, actor=caller, viewer=caller.viewer)
    return {"errmsg": "shared", **_invalid(calls.Sorted([], []), units)}


@_numbered
def unshare_with(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/unshare: take it back."""
    found = _own(caller, body.get("tagid"))
    units = calls.units(caller, _texts(body, "partylist", MOST_PARTIES, _BAD_PARTIES))
    shared = set(tags.shares_of(found).values_list("unit_id", flat=True))
    good = [one for one in units.good if one in shared]
    if not good:
        raise WecomError(_BAD_PARTIES, "partylist 全部无效")
    share.unshare_tag(found, units=good, actor=caller)
    bad = [*units.bad, *(str(one) for one in units.good if one not in shared)]
    return {"errmsg": "unshared", **_invalid(calls.Sorted([], []), calls.Sorted([], bad))}


@_numbered
def rule(caller: Caller, query: Query, body: Body) -> Answer:
    """tag/rule: who belongs to a dynamic tag from now on."""
    found = _own(caller, body.get("tagid"))
    if not found.is_dynamic:
        raise WecomError(_WRONG, "静态标签没有规则")
    changed = tag.edit_tag(
        found,
        name=found.name,
        rule=body.get("rule") or {},
        **_kept(found),
        actor=caller,
        viewer=caller.viewer,
    )
    people = members.count(changed)
    return {"errmsg": "updated", "people": people, **({} if people else {"warning": "当前规则匹配0人"})}
