"""Doors of developer. temp is a vendor; qian develops for her town; nobody looks after application 1."""

from tests.doors.door import Door

READ = "302 200 404 404 200 404 200"
NONE = "302 404 404 404 404 404 404"
DOORS: tuple[Door, ...] = (
    Door("developer:list", READ),
    Door("developer:guide", READ),
    Door("developer:chapter", READ, ids={"chapter": "tokens"}),
    Door("developer:reference", READ),
    Door("developer:wecom", READ),
    Door("developer:changes", READ),
    Door("developer:postman", READ),
    Door("developer:sandbox", READ),
    Door("developer:sandbox_add", READ),
    Door("developer:sandbox_people", READ),
    Door("developer:sandbox_detail", NONE, ids={"pk": "1"}),
    Door("developer:sandbox_act", "303 404 404 404 404 404 404", "POST", ids={"pk": "1", "act": "clear"}),
    Door("sandbox:forward", "404 404 404 404 404 404 404", "POST", ids={"path": "api/v1/todos"}),
    Door("developer:trial", READ),
    Door("developer:trial_token", "303 404 404 404 404 404 404", "POST"),
    Door("developer:register", "302 404 404 404 404 404 200"),
    Door("developer:detail", NONE, ids={"pk": "1"}),
    Door("developer:edit", NONE, ids={"pk": "1"}),
    Door("developer:move", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("developer:add_member", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door(
        "developer:remove_member",
        "303 404 404 404 404 404 404",
        "POST",
        ids={"pk": "1", "account_id": "1"},
    ),
    Door("developer:secrets", NONE, ids={"pk": "1"}),
    Door("developer:make_secret", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("developer:end_secret", "303 404 404 404 404 404 404", "POST", ids={"pk": "1", "secret_id": "1"}),
    Door("developer:make_signing_key", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("developer:checks", NONE, ids={"pk": "1"}),
    Door("developer:usage", NONE, ids={"pk": "1"}),
    Door("developer:calls", NONE, ids={"pk": "1"}),
    Door("developer:callbacks", NONE, ids={"pk": "1"}),
    Door("developer:add_callback", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door(
        "developer:callback",
        "303 404 404 404 404 404 404",
        "POST",
        ids={"pk": "1", "subscription_id": "1", "act": "end"},
    ),
    Door("developer:deliveries", NONE, ids={"pk": "1"}),
    Door("developer:replay", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
)
