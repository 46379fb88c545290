"""Doors of the console."""

from tests.doors.door import Door

DOORS = (
    Door("console:home", "302 404 404 404 200 200 200"),
    Door("console:accounts", "302 404 404 404 200 404 200"),
    Door("console:account", "302 404 404 404 200 404 200", ids={"pk": "account:li"}),
    Door("console:account", "302 404 404 404 404 404 200", ids={"pk": "account:wang"}),
    Door("console:account_code", "303 404 404 404 409 404 409", "POST", ids={"pk": "account:li"}),
    Door("console:account_verify", "303 404 404 404 409 404 409", "POST", ids={"pk": "account:li"}),
    Door("console:account_verify", "303 404 404 404 404 404 409", "POST", ids={"pk": "account:wang"}),
    Door("console:account_suspend", "303 404 404 404 422 404 422", "POST", ids={"pk": "account:li"}),
    Door("console:account_suspend", "303 404 404 404 404 404 422", "POST", ids={"pk": "account:wang"}),
    Door("console:account_resume", "303 404 404 404 409 404 409", "POST", ids={"pk": "account:li"}),
    Door("console:account_unlock", "303 404 404 404 409 404 409", "POST", ids={"pk": "account:li"}),
    Door("console:grant_add", "303 404 404 404 422 404 422", "POST", ids={"pk": "account:li"}),
    Door(
        "console:grant_withdraw",
        "303 404 404 404 404 404 303",
        "POST",
        ids={"pk": "account:shen", "grant_pk": "grant:shen"},
    ),
    Door("console:audit", "302 404 404 404 404 200 404"),
    Door("console:numbers", "302 404 404 404 404 404 200"),
    Door("console:schedules", "302 404 404 404 404 404 200"),
    Door("console:workdays", "302 404 404 404 404 404 200"),
    Door("console:workdays_import", "302 404 404 404 404 404 200"),
    Door("console:workdays_import", "303 404 404 404 404 404 422", "POST"),
    Door("console:workdays_template", "302 404 404 404 404 404 200"),
)
