"""What stands above accounts, as their tests meet it."""

import pytest

from yiwang.kernel.actor import Actor
from yiwang.kernel.errors import invalid
from yiwang.kernel.extension.codes import CodeService, code_services


class Phone:
    """Takes the place of the module that sends codes: every code is kept here, and works once."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], str] = {}
        self.sent = 0

    def send(self, mobile: str, *, purpose: str, actor: Actor) -> None:
        self.sent += 1
        self.codes[mobile, purpose] = f"{self.sent:06}"

    def check(self, mobile: str, code: str, *, purpose: str, actor: Actor) -> None:
        if self.codes.get((mobile, purpose)) != code:
            raise invalid("code", "验证码不正确或已过期")
        del self.codes[mobile, purpose]

    def last(self) -> str:
        return list(self.codes.values())[-1]


@pytest.fixture
def phone(monkeypatch: pytest.MonkeyPatch) -> Phone:
    """All telephones of this test."""
    phone = Phone()
    service = CodeService("accounts.phone", "验证码", send=phone.send, check=phone.check)
    monkeypatch.setattr(code_services, "_items", {service.key: service})
    return phone
