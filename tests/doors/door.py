"""One address and what everybody gets there."""

from dataclasses import dataclass, field

# stranger: nobody logged in; temp: 临时账号; li: 办事员; mi: member of a hidden unit;
# qian: 分级管理员 of 朱家角镇; shen: 审计管理员; sun: 系统管理员.
PEOPLE = ("stranger", "temp", "li", "mi", "qian", "shen", "sun")


@dataclass(frozen=True)
class Door:
    """answers: a status for each of PEOPLE. ids: names of the cast's objects that fill the address."""

    name: str
    answers: str
    method: str = "GET"
    ids: dict[str, str] = field(default_factory=dict)

    def expected(self) -> dict[str, int]:
        return dict(zip(PEOPLE, map(int, self.answers.split()), strict=True))
