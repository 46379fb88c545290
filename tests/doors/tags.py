"""Doors of tags: kept by 分级管理员 and 系统管理员, read by 审计管理员, used by whom a role lets."""

from tests.doors.door import Door

OF_TOWN = {"pk": "tag:QP-0301"}  # a static tag of 朱家角镇
KEPT, SEEN = "302 404 404 404 200 404 200", "302 404 404 404 200 200 200"
ACT = "303 404 404 404 303 404 303"

DOORS = (
    Door("tags:list", SEEN),
    Door("tags:pick", SEEN),
    Door("tags:preview", "303 404 404 404 200 404 200", "POST"),
    Door("tags:make", KEPT, ids={"kind": "static"}),
    Door("tags:make", KEPT, ids={"kind": "dynamic"}),
    Door("tags:make", "302 404 404 404 404 404 404", ids={"kind": "other"}),
    Door("tags:make", "303 404 404 404 422 404 422", "POST", ids={"kind": "static"}),
    Door("tags:detail", SEEN, ids=OF_TOWN),
    Door("tags:edit", KEPT, ids=OF_TOWN),
    Door("tags:edit", "303 404 404 404 422 404 422", "POST", ids=OF_TOWN),
    Door("tags:suspend", "303 404 404 404 422 404 422", "POST", ids=OF_TOWN),
    Door("tags:resume", "303 404 404 404 409 404 409", "POST", ids=OF_TOWN),
    Door("tags:delete", "303 404 404 404 409 404 409", "POST", ids=OF_TOWN),
    Door("tags:members", SEEN, ids=OF_TOWN),
    Door("tags:people", SEEN, ids=OF_TOWN),
    Door("tags:members_add", KEPT, ids=OF_TOWN),
    Door("tags:members_add", "303 404 404 404 422 404 422", "POST", ids=OF_TOWN),
    Door("tags:members_paste", KEPT, ids=OF_TOWN),
    Door("tags:members_paste", "303 404 404 404 422 404 422", "POST", ids=OF_TOWN),
    Door("tags:members_remove", ACT, "POST", ids=OF_TOWN),
    Door("tags:shares", SEEN, ids=OF_TOWN),
    Door("tags:shares", "303 404 404 404 422 404 422", "POST", ids=OF_TOWN),
    Door("tags:unshare", "303 404 404 404 404 404 404", "POST", ids={**OF_TOWN, "unit_pk": "0"}),
    Door("tags:uses", SEEN, ids=OF_TOWN),
    Door("tags:words", "302 404 404 404 404 404 404"),
    Door("tags:word_add", "302 404 404 404 404 404 404"),
    Door("tags:word_remove", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    *(
        Door(f"api:{name}", "401 401 401 401 401 401 401", method, ids=ids)
        for name, method, ids in (
            ("tags", "GET", {}),
            ("tag_add", "POST", {}),
            ("tag_try", "POST", {}),
            ("tag", "GET", {"tag_id": "1"}),
            ("tag_edit", "PUT", {"tag_id": "1"}),
            ("tag_delete", "DELETE", {"tag_id": "1"}),
            ("tag_members", "GET", {"tag_id": "1"}),
            ("tag_members_add", "POST", {"tag_id": "1"}),
            ("tag_members_remove", "POST", {"tag_id": "1"}),
            ("tag_share", "PUT", {"tag_id": "1", "unit_id": "1"}),
            ("tag_unshare", "DELETE", {"tag_id": "1", "unit_id": "1"}),
        )
    ),
)
