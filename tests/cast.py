"""A small district everyone knows by heart (architecture §5.12). All persons are fictitious.

青浦区
├── 区政府 ── 区数据局 ── 综合科          sun, luo 系统管理员 · shen 审计管理员 · an 安全管理员
├── 区委 ── 区委办公室 ── 专班（隐藏）     mi is its only member
└── 镇街道 ── 朱家角镇                     zhao 镇长（单位主要负责人）
            │          ├── 党政办公室      tang 办公室主任 · qian 分级管理员 · li 办事员
            │          └── 居（村）民委员会 ── 大新街居委会    zhou 书记
            └── 徐泾镇 ── 党政办公室       fang 办公室主任 · gu 分级管理员 · wang 办事员
temp: a vendor's temporary account, sponsored by qian; lao: an account not yet activated.
"""

import datetime
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.actions import lifecycle, roles, sessions
from yiwang.platform.accounts.models import Account, Session
from yiwang.platform.accounts.queries.principals import Principal, digest, principal_of
from yiwang.platform.org.actions import people, units
from yiwang.platform.org.models import Person, Unit

PASSWORD = "Qingpu-Lake-2026"

_TREE = (
    # code, parent's code, full name, short name, node type
    ("QP", None, "青浦区", "青浦区", "category"),
    ("QP-01", "QP", "区委", "区委", "category"),
    ("QP-0101", "QP-01", "中共上海市青浦区委员会办公室", "区委办公室", "unit"),
    ("QP-0101-01", "QP-0101", "重点工作专班", "专班", "section"),
    ("QP-02", "QP", "区政府", "区政府", "category"),
    ("QP-0201", "QP-02", "上海市青浦区数据局", "区数据局", "unit"),
    ("QP-0201-01", "QP-0201", "综合科", "综合科", "section"),
    ("QP-03", "QP", "镇街道", "镇街道", "category"),
    ("QP-0301", "QP-03", "上海市青浦区朱家角镇", "朱家角镇", "unit"),
    ("QP-0301-01", "QP-0301", "党政办公室", "党政办公室", "section"),
    ("QP-0301-02", "QP-0301", "居（村）民委员会", "居（村）民委员会", "group"),
    ("QP-0301-0201", "QP-0301-02", "大新街居民委员会", "大新街居委会", "residents_committee"),
    ("QP-0302", "QP-03", "上海市青浦区徐泾镇", "徐泾镇", "unit"),
    ("QP-0302-01", "QP-0302", "党政办公室", "党政办公室", "section"),
)

_PEOPLE = (
    # login, name, id number (region 310199 is unassigned), mobile, unit, title
    ("sun", "孙建国", "310199198001010017", "13900000001", "QP-0201-01", "科长"),
    ("shen", "沈文清", "310199198102020022", "13900000002", "QP-0201-01", "审计专员"),
    ("an", "安若兰", "31019919820303004X", "13900000003", "QP-0201-01", "安全专员"),
    ("mi", "米思源", "310199198304040035", "13900000004", "QP-0101-01", "组长"),
    ("zhao", "赵明远", "31019919750505005X", "13900000005", "QP-0301", "镇长"),
    ("qian", "钱玉芬", "310199198506060066", "13900000006", "QP-0301-01", "办公室副主任"),
    ("li", "李四", "310199199007070077", "13900000007", "QP-0301-01", "办事员"),
    ("zhou", "周月娥", "310199197808080088", "13900000008", "QP-0301-0201", "书记"),
    ("wang", "王海涛", "310199199109090091", "13900000009", "QP-0302-01", "办事员"),
    ("lao", "劳乐天", "310199199210100101", "13900000010", "QP-0302-01", "办事员"),
    ("tang", "唐静宜", "310199197911110011", "13900000012", "QP-0301-01", "办公室主任"),
    ("gu", "顾怀恩", "310199198612120012", "13900000013", "QP-0302-01", "办公室副主任"),
    ("fang", "方志远", "310199197703130013", "13900000014", "QP-0302-01", "办公室主任"),
    ("luo", "罗立群", "310199198304140014", "13900000015", "QP-0201-01", "副科长"),
)

_ROLES = (
    # login, role, unit (None: the district)
    ("sun", "system_administrator", None),
    ("luo", "system_administrator", None),
    ("shen", "audit_administrator", None),
    ("an", "security_administrator", None),
    ("qian", "graded_administrator", "QP-0301"),
    ("gu", "graded_administrator", "QP-0302"),
    ("tang", "office_director", "QP-0301"),
    ("fang", "office_director", "QP-0302"),
    ("zhao", "unit_head", "QP-0301"),
)


@dataclass(frozen=True)
class Member:
    """One of the cast."""

    login: str
    person: Person
    account: Account

    def principal(self, *, administers: bool = True) -> Principal:
        """As he is after logging in afresh."""
        key = digest(self.token(administers=administers))
        return principal_of(Session.objects.select_related("account__person").get(token_digest=key))

    def token(self, *, administers: bool = True) -> str:
        """The cookie of a new session. administers: in administration mode, if he is an administrator."""
        token = sessions.open_session(self.account, address="127.0.0.1", agent="test")
        if administers:
            until = timezone.now() + datetime.timedelta(seconds=settings.ADMINISTRATION_SECONDS)
            opened = Session.objects.filter(token_digest=digest(token))
            opened.update(administers_until=until, administers_for="测试")
        return token


class Cast(SimpleNamespace):
    """units: by code; every member by his login name."""

    units: dict[str, Unit]

    def member(self, login: str) -> Member:
        member: Member = getattr(self, login)
        return member


def with_check_digit(body: str) -> str:
    """A citizen ID number from its first 17 digits."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def build() -> None:
    """Write the cast into the database, through the same actions as everybody else."""
    made: dict[str, Unit] = {}
    for code, parent, full_name, short_name, node_type in _TREE:
        made[code] = units.create_unit(
            parent=Unit.objects.get(code=parent) if parent else None,
            code=code,
            full_name=full_name,
            short_name=short_name,
            node_type=node_type,
            valid_from=datetime.date(2020, 1, 1),
            actor=SYSTEM,
        )
    hashed = make_password(PASSWORD)
    for login, name, id_number, mobile, unit, title in _PEOPLE:
        person = people.add_person(
            unit=Unit.objects.get(code=unit),
            name=name,
            id_number=with_check_digit(id_number[:17]),
            mobile=mobile,
            category=Person.Category.ESTABLISHED,
            title=title,
            office_phone="021-59720000",
            actor=SYSTEM,
        )
        account = lifecycle.open_account(
            person, login_name=login, kind=Account.Kind.USER, is_verified=True, actor=SYSTEM
        )
        if login != "lao":
            _make_active(account, hashed)
    units.set_listed(Unit.objects.get(code="QP-0101-01"), is_listed=False, reason="专班不公开", actor=SYSTEM)
    _build_temporary(hashed)
    _build_roles()


def _make_active(account: Account, hashed: str) -> None:
    now = timezone.now()
    Account.objects.filter(pk=account.pk).update(
        state="active", password=hashed, password_changed_at=now, activated_at=now, commitment_at=now
    )


def _build_temporary(hashed: str) -> None:
    person = Person(
        name="陶外包",
        pinyin="taowaibao",
        initials="twb",
        id_number=with_check_digit("31019919951111011"),
        mobile="13900000011",
        category=Person.Category.EXTERNAL,
    )
    person.save()
    today = timezone.localdate()
    account = lifecycle.open_account(
        person,
        login_name="temp",
        kind=Account.Kind.TEMPORARY,
        sponsor_unit=Unit.objects.get(code="QP-0301"),
        sponsor=Person.objects.get(name="钱玉芬"),
        starts_on=today,
        expires_on=today + datetime.timedelta(days=90),
        vendor_name="上海示例软件有限公司",
        purpose="应用调试",
        is_verified=True,
        actor=SYSTEM,
    )
    _make_active(account, hashed)


def _build_roles() -> None:
    for login, role, code in _ROLES:
        roles.grant_role(
            Account.objects.get(login_name=login),
            role=f"accounts.{role}",
            unit=Unit.objects.get(code=code) if code else None,
            actor=SYSTEM,
            reason="任命",
        )


def standing() -> Cast:
    """The cast, built when a test with real transactions has swept it away."""
    if not Unit.objects.exists():
        build()
    return load()


def load() -> Cast:
    """The cast as it stands in the database."""
    accounts = Account.objects.select_related("person").all()
    members = {one.login_name: Member(one.login_name, one.person, one) for one in accounts}
    return Cast(units={unit.code: unit for unit in Unit.objects.all()}, **members)


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, in a transaction that is rolled back after the test."""
    return standing()
