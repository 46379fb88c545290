"""The real platform is no sandbox: nothing of one is done there, and its applications do not get in."""

import pytest
from pytest_django import Settings

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.clients.actions import clients, keys
from yiwang.platform.clients.models import Client
from yiwang.platform.clients.tests.factories import connect
from yiwang.site.sandbox import actions

pytestmark = pytest.mark.django_db


def test_every_act_is_refused_on_the_real_platform(cast: Cast) -> None:
    app = connect(cast)
    for act in (
        actions.load,
        actions.reset,
        lambda: actions.order(name="x", domains=[]),
        lambda: actions.clear(app.client),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.message == "只能在沙箱中执行"
    assert Client.objects.count() == 1


def test_kinds_of_applications_do_not_mix(cast: Cast, settings: Settings) -> None:
    """Neither is one registered, nor does one that was there before get a token or in."""
    with pytest.raises(Refused):
        clients.register(cast.units["QP-0301"], name="沙箱", is_sandbox=True, actor=SYSTEM)
    app = connect(cast)
    Client.objects.update(is_sandbox=True)
    answer = app.get("/api/v1/application")
    assert (answer.status_code, answer.json()["detail"]) == (401, "沙箱应用只能在沙箱中使用")
    with pytest.raises(Refused):
        keys.issue_token(app.client.client_id, app.secret, address="127.0.0.1")
    settings.SANDBOX_CLIENTS = True
    assert app.get("/api/v1/application").status_code == 200
