"""Parameters: the default until set, within bounds, by the system administrator alone (§29, §30)."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, transaction

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.parameters import Parameter, parameters
from yiwang.kernel.parameters import actions, queries
from yiwang.kernel.parameters.models import Setting

pytestmark = pytest.mark.django_db
OPERATOR = parameters.get("parameters.operator")
DAYS = Parameter("test.days", "测试", "测试期限", 15, "个工作日", least=5, most=30)


@pytest.fixture(autouse=True)
def read_afresh() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


def set_days(
    cast: Cast, value: str, *, seen: str = "15", reason: str = "青政务〔2026〕9号", login: str = "sun"
) -> None:
    actor = cast.member(login).principal()
    actions.set_parameter(DAYS, value, seen=seen, reason=reason, actor=actor)
    queries.forget()


def assert_refused(act: object, *, status: int, text: str) -> None:
    lines = Entry.objects.filter(verb__startswith="parameters").count()
    before = list(Setting.objects.values_list("key", "value"))
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()  # type: ignore[operator]
    told = "；".join([refused.value.message, *refused.value.fields.values()])
    assert refused.value.status == status and text in told, told
    assert list(Setting.objects.values_list("key", "value")) == before
    assert Entry.objects.filter(verb__startswith="parameters").count() == lines


def test_the_default_until_it_is_set(cast: Cast) -> None:
    assert queries.value_of(DAYS) == 15
    set_days(cast, " 10 ")
    assert queries.value_of(DAYS) == 10 and DAYS.told(10) == "10个工作日"
    line = Entry.objects.latest("pk")
    assert str(line).startswith("孙建国修改了运行参数“测试期限”") and "青政务〔2026〕9号" in str(line)
    assert line.changed_fields == {"value": ["15个工作日", "10个工作日"]}


def test_restored(cast: Cast) -> None:
    set_days(cast, "10")
    actions.restore_parameter(DAYS, seen="10", actor=cast.sun.principal())
    queries.forget()
    assert queries.value_of(DAYS) == 15 and not Setting.objects.exists()
    assert "恢复为默认值" in str(Entry.objects.latest("pk"))
    lines = Entry.objects.count()
    actions.restore_parameter(DAYS, seen="15", actor=cast.sun.principal())
    assert Entry.objects.filter(verb="parameters.restored").count() == 1 and Entry.objects.count() >= lines


def test_the_same_value_is_no_act(cast: Cast) -> None:
    set_days(cast, "15")
    assert not Setting.objects.exists() and not Entry.objects.filter(verb="parameters.changed").exists()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4", "应在5至30个工作日之间"),
        ("31", "应在5至30个工作日之间"),
        ("十五", "请填写整数"),
        ("７", "请填写整数"),
        ("-7", "请填写整数"),
        ("7.5", "请填写整数"),
        ("9999999", "请填写整数"),
        (" ", "请填写取值"),
    ],
)
def test_what_is_wrong(cast: Cast, value: str, text: str) -> None:
    assert_refused(lambda: set_days(cast, value), status=422, text=text)


def test_a_reason_is_needed(cast: Cast) -> None:
    assert_refused(lambda: set_days(cast, "10", reason=" "), status=422, text="请填写修改依据")
    assert_refused(lambda: set_days(cast, "10", reason="长" * 201), status=422, text="不能超过200个字")


@pytest.mark.parametrize("login", ["shen", "an", "qian", "li", "temp"])
def test_by_nobody_else(cast: Cast, login: str) -> None:
    assert_refused(lambda: set_days(cast, "10", login=login), status=403, text="您没有“维护运行参数”权限")


def test_who_was_slower_is_told_so(cast: Cast) -> None:
    set_days(cast, "10")
    assert_refused(lambda: set_days(cast, "20", login="luo"), status=409, text="该数据已被孙建国于")
    sun = cast.sun.principal()
    assert_refused(
        lambda: actions.restore_parameter(DAYS, seen="15", actor=sun), status=409, text="请刷新后重试"
    )


def test_a_stored_value_out_of_bounds_is_not_in_force(cast: Cast) -> None:
    set_days(cast, "30")
    narrower = Parameter(DAYS.key, "测试", "测试期限", 15, "个工作日", least=5, most=20)
    assert queries.value_of(narrower) == 15


def test_the_operator_is_renamed(cast: Cast) -> None:
    assert queries.platform_operator() == "青浦区政务服务办公室"
    actions.set_parameter(
        OPERATOR,
        "青浦区数据局",
        seen="青浦区政务服务办公室",
        reason="机构改革方案",
        actor=cast.sun.principal(),
    )
    queries.forget()
    assert queries.platform_operator() == "青浦区数据局"


def test_error_pages_name_the_operator_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(key: str) -> str:
        raise DatabaseError

    monkeypatch.setattr(queries, "text", away)
    assert queries.platform_operator() == "青浦区政务服务办公室"


def test_every_default_is_allowed() -> None:
    for one in parameters:
        size = one.default if isinstance(one.default, int) else len(one.default)
        assert one.least <= size <= one.most, one.key
        assert one.is_number == bool(one.measure), one.key
