"""Stories about keeping the address book true: a quarter's check, what is late, errors, one unit's share."""

from collections.abc import Callable

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.models import Account
from yiwang.platform.org.models import Code, Person, Unit
from yiwang.platform.org.queries import codes
from yiwang.platform.sharing.actions import shares
from yiwang.platform.sharing.models import Share
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions import corrections, due, figures, quarter, samples
from yiwang.platform.upkeep.models import UnitCheck
from yiwang.platform.upkeep.queries import quarter as quarters
from yiwang.site.demo.stage import Stage

_TOWN = "朱家角镇"
# Have confirmed this quarter's list already: short name of the unit, and by whom.
_CONFIRMED = (("徐泾镇", "gu"), ("区水务局", "fang"))


def _person(login: str) -> Person:
    return Account.objects.get_queryset().select_related("person__unit").get(login_name=login).person


def a_quarter_is_checked(stage: Stage) -> None:
    """季度核对: begun today; two units have confirmed, the others are asked."""
    year, number = rules.quarter_of(stage.today)
    quarter.open_quarter(year, number, today=stage.today, actor=SYSTEM)
    for name, login in _CONFIRMED:
        check = UnitCheck.objects.select_related("unit", "quarter").get(unit=stage.unit(name))
        quarter.confirm(
            check,
            digest=quarters.digest_of(quarters.roll_of(check)),
            note="名单已逐处核对；个别新到岗人员的办公电话待安装",
            actor=stage.actor(login),
            today=stage.today,
        )


def changes_are_late(stage: Stage) -> None:
    """变更待更新: one is late by a working day, one is due in two."""
    happened = stage.ago(rules.UPDATE_WORKDAYS + 1)
    written = stage.content(
        "correct",
        person=_person("li"),
        facts={"grade": codes.by_label(Code.List.GRADE)["三级主任科员"]},
        change_date=happened,
        effective_on=stage.today,
    )
    stage.write(written, stage.actor("tang"), submits=False)
    due.register(
        stage.unit(_TOWN),
        what="title",
        change_date=stage.ago(rules.UPDATE_WORKDAYS - rules.WARN_WORKDAYS),
        basis="青委组〔2026〕58号",
        person=_person("zhou"),
        note="任职文件已印发，平台尚未更新",
        actor=stage.actor("sun"),
        today=stage.today,
    )


def errors_are_answered(stage: Stage) -> None:
    """纠错: one that two report, one of a unit, one that is unfounded, a number that is dead."""
    town: Unit = stage.unit(_TOWN)
    for login, wrong in (("wang", "拨打后是党群工作办公室"), ("he", "电话打不通")):
        corrections.report(
            _person("li"), field="office_phone", wrong=wrong, actor=stage.actor(login), today=stage.today
        )
    corrections.report(
        town, field="address", wrong="镇政府已迁新址", actor=stage.actor("he"), today=stage.today
    )
    answered = corrections.report(
        _person("tang"), field="room", wrong="不在原办公室", actor=stage.actor("wang"), today=stage.today
    )
    corrections.answer_unfounded(
        answered, reason="仍在原办公室，近期外出开会较多", actor=stage.actor("qian"), today=stage.today
    )
    corrections.report_dead_number(_person("xu"), reason="短信回执：停机", today=stage.today)


def a_town_shares_its_leaders(stage: Stage) -> None:
    """市级共享: applied for, agreed to by the office and by 区政务办; the worker pushes."""
    qian = stage.actor("qian")
    share = shares.write(
        stage.unit(_TOWN),
        persons=Share.Persons.LEADERS,
        fields=["title", "office_phone"],
        reason="防汛防台市、区、镇三级联动需要",
        actor=qian,
    )
    shares.submit(share, actor=qian, today=stage.today)
    stage.agree(share)


def a_sample_is_checked(stage: Stage) -> None:
    """抽样核查: drawn, the first of them checked; then the day is counted."""
    sun = stage.actor("sun")
    sample = samples.draw(share=1, least=1, actor=sun, today=stage.today)
    for one in sample.persons.order_by("place")[:5]:
        samples.check(one, result="right", actor=sun, today=stage.today)
    figures.count_day(today=stage.today, actor=SYSTEM)


STORIES: tuple[Callable[[Stage], None], ...] = (
    a_quarter_is_checked,
    changes_are_late,
    errors_are_answered,
    a_town_shares_its_leaders,
    a_sample_is_checked,
)
