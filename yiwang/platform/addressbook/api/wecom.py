"""user/* and department/* of the face shaped like WeCom's, over the same queries as /api/v1/directory.

userid is the person's number, department the unit's. Granted fields have WeCom's names; what is kept back is
absent and named in withheld_fields, which WeCom does not have.
"""

from collections.abc import Mapping
from typing import Any

from yiwang.kernel.extension.open_calls import Caller, WecomCall, WecomError
from yiwang.platform.addressbook.api.applications import SCOPE
from yiwang.platform.addressbook.queries import applications
from yiwang.platform.addressbook.queries.applications import PersonRecord, UnitRecord
from yiwang.platform.clients.vocabulary import ERRCODES
from yiwang.platform.org.models import Unit

Answer = Mapping[str, Any]
Query = Mapping[str, str]
Body = Mapping[str, Any]

MOST = 10_000
_LARGEST = 2**63 - 1
_NAMES = {
    "title": "position",
    "office_phone": "telephone",
    "mobile": "mobile",
    "email": "email",
    "room": "address",
}
_FIRST = 100_000  # there the larger number stands first


def person_id(text: object) -> int | None:
    """A userid as a number; None for what cannot be one."""
    word = str(text)
    return int(word) if word.isascii() and word.isdigit() and 0 < int(word[:20]) <= _LARGEST else None


def _refuse(errcode: int) -> WecomError:
    return WecomError(errcode, ERRCODES[errcode])


def user_get(caller: Caller, query: Query, body: Body) -> Answer:
    """user/get."""
    number = person_id(query.get("userid", ""))
    found = applications.person_records(caller, [number] if number else []).get(number or 0)
    if found is None:
        raise _refuse(60111)
    return _user(found)


def user_list(caller: Caller, query: Query, body: Body) -> Answer:
    """user/list: everybody of a department with details."""
    found = _members(caller, query)
    return {"userlist": [_user(one) for one in found]}


def user_simplelist(caller: Caller, query: Query, body: Body) -> Answer:
    """user/simplelist: names only."""
    found = _members(caller, query)
    return {
        "userlist": [
            {"userid": str(one.id), "name": one.name, "department": _departments(one)} for one in found
        ]
    }


def user_list_id(caller: Caller, query: Query, body: Body) -> Answer:
    """user/list_id: all userids of the range, paged by cursor."""
    limit = body.get("limit", MOST)
    cursor = str(body.get("cursor") or "0")
    if not isinstance(limit, int) or not 1 <= limit <= MOST or not (cursor.isascii() and cursor.isdigit()):
        raise _refuse(40058)
    ids = applications.members(caller, caller.range_paths, includes_below=True)
    start = int(cursor[:10])
    page = ids[start : start + limit]
    found = applications.person_records(caller, page)
    pairs = [
        {"userid": str(one), "department": department}
        for one in page
        if one in found
        for department in _departments(found[one])
    ]
    return {"next_cursor": str(start + limit) if len(ids) > start + limit else "", "dept_user": pairs}


def user_getuserid(caller: Caller, query: Query, body: Body) -> Answer:
    """user/getuserid: by mobile number, where the application may read it."""
    if "mobile" not in caller.fields:
        raise _refuse(60011)
    found = applications.by_mobile(caller, str(body.get("mobile", ""))[:20])
    if found is None:
        raise _refuse(60111)
    return {"userid": str(found)}


def department_list(caller: Caller, query: Query, body: Body) -> Answer:
    """department/list: a department and all below it; all of the range without id."""
    return {"department": [_department(one) for one in _below(caller, query)]}


def department_simplelist(caller: Caller, query: Query, body: Body) -> Answer:
    """department/simplelist: numbers only."""
    return {
        "department_id": [
            {"id": one.id, "parentid": one.parent_id, "order": _FIRST - one.sort}
            for one in _below(caller, query)
        ]
    }


def department_get(caller: Caller, query: Query, body: Body) -> Answer:
    """department/get."""
    [one] = applications.describe(caller, [_unit(caller, query.get("id", ""))])
    return {"department": _department(one)}


def _unit(caller: Caller, text: str) -> Unit:
    number = person_id(text)
    found = applications.units(caller).filter(pk=number).first() if number else None
    if found is None:
        raise _refuse(60003)
    return found


def _below(caller: Caller, query: Query) -> list[UnitRecord]:
    units = applications.units(caller)
    if query.get("id"):
        units = units.below(_unit(caller, query["id"]).path)
    return applications.describe(caller, units.order_by("position", "pk"))


def _members(caller: Caller, query: Query) -> list[PersonRecord]:
    unit = _unit(caller, query.get("department_id", ""))
    ids = applications.members(caller, [unit.path], includes_below=query.get("fetch_child") == "1")
    if len(ids) > MOST:
        raise WecomError(45002, f"超过{MOST}人，请逐级获取或使用增量同步接口")
    found = applications.person_records(caller, ids)
    return [found[one] for one in ids if one in found]


def _departments(one: PersonRecord) -> list[int]:
    return list(dict.fromkeys(post.unit_id for post in one.posts))


def _user(one: PersonRecord) -> Answer:
    posts = {post.unit_id: post for post in reversed(one.posts)}
    departments = _departments(one)
    return {
        "userid": str(one.id),
        "name": one.name,
        "department": departments,
        "main_department": one.unit_id or 0,
        "order": [_FIRST - posts[unit].sort for unit in departments],
        "is_leader_in_dept": [int(posts[unit].is_leader) for unit in departments],
        "enable": 1,
        "status": 1,
        **{_NAMES[field]: value for field, value in one.fields.items()},
        "withheld_fields": [_NAMES[field] for field in one.withheld],
    }


def _department(one: UnitRecord) -> Answer:
    return {
        "id": one.id,
        "name": one.name,
        "name_full": one.full_name,
        "parentid": one.parent_id,
        "order": _FIRST - one.sort,
    }


CALLS = tuple(
    WecomCall(f"addressbook.{path.replace('/', '_')}", path, method, SCOPE, run, about, example)
    for path, method, run, about, example in (
        ("user/get", "GET", user_get, "读取成员", "userid=1001"),
        ("user/list", "GET", user_list, "获取部门成员详情", "department_id=12&fetch_child=1"),
        ("user/simplelist", "GET", user_simplelist, "获取部门成员", "department_id=12&fetch_child=0"),
        ("user/list_id", "POST", user_list_id, "分页获取成员ID", '{"cursor": "", "limit": 1000}'),
        ("user/getuserid", "POST", user_getuserid, "手机号获取userid", '{"mobile": "13900000007"}'),
        ("department/list", "GET", department_list, "获取部门列表", "id=12"),
        ("department/simplelist", "GET", department_simplelist, "获取子部门ID列表", "id=12"),
        ("department/get", "GET", department_get, "获取单个部门详情", "id=12"),
    )
)
