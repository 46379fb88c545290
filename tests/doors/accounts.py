"""Doors of accounts."""

from tests.doors.door import Door

DOORS = (
    Door("accounts:login", "200 302 302 302 302 302 302"),
    Door("accounts:logout", "303 302 302 302 302 302 302", "POST"),
    Door("accounts:logout", "405 405 405 405 405 405 405"),
    Door("accounts:activate", "200 200 200 200 200 200 200"),
    Door("accounts:activate_by_text", "200 200 200 200 200 200 200"),
    Door("accounts:activate_by_text", "422 422 422 422 422 422 422", "POST"),
    Door("accounts:activation_text", "200 200 200 200 200 200 200"),
    Door("accounts:activation_text", "422 422 422 422 422 422 422", "POST"),
    Door("accounts:activate_confirm", "302 302 302 302 302 302 302", ids={"ticket": "x"}),
    Door("accounts:administration", "302 404 404 404 303 303 303"),
    Door("accounts:administration", "303 404 404 404 422 422 422", "POST"),
    Door("accounts:administration_end", "303 404 404 404 303 303 303", "POST"),
    Door("accounts:card", "302 200 200 200 200 200 200"),
    Door("accounts:devices", "302 200 200 200 200 200 200"),
    Door("accounts:end_session", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("accounts:logout_others", "303 302 302 302 302 302 302", "POST"),
    Door("accounts:logout_everywhere", "303 302 302 302 302 302 302", "POST"),
    Door("accounts:password", "302 200 200 200 200 200 200"),
    Door("accounts:password", "303 422 422 422 422 422 422", "POST"),
    Door("accounts:switch_post", "303 404 404 404 404 404 404", "POST"),
)
