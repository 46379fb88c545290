"""The seven working days of R1-10, reminders, ends of periods, units that move meanwhile."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.workdays import queries as workdays
from yiwang.kernel.workdays.actions import import_year
from yiwang.kernel.workdays.planning import Row
from yiwang.platform.changes.actions import person_clock as clock
from yiwang.platform.changes.actions import person_operation as actions
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.queries import person_reports
from yiwang.platform.changes.rules import person_operation as rules
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.messages.models import Message
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person, Post

Kind, State = PersonOperation.Kind, PersonOperation.State


@pytest.mark.django_db
class TestSevenWorkingDays:
    @pytest.mark.parametrize(
        ("change", "due"),
        [
            ("2025-01-20", "2025-02-05"),
            ("2025-12-26", "2026-01-07"),
            ("2026-02-10", "2026-02-26"),
            ("2026-04-28", "2026-05-11"),
            ("2026-09-17", "2026-09-28"),
            ("2026-09-20", "2026-09-30"),
            ("2026-12-21", "2026-12-30"),
        ],
    )
    def test_the_due_day(self, change: str, due: str) -> None:
        """Vectors of domain reference §0.5."""
        day = datetime.date.fromisoformat
        assert queries.due_day(day(change)) == day(due)

    def test_a_change_over_spring_festival_is_late_by_one(self, cast: Cast) -> None:
        """Example 5 of §2 and story 11: change 10 Feb, in effect on 26 Feb in time, on 27 Feb late by one."""
        change, due = datetime.date(2026, 2, 10), datetime.date(2026, 2, 26)
        assert queries.due_day(change) == due
        assert queries.late_by(due, due) == 0
        assert queries.late_by(due, datetime.date(2026, 2, 27)) == 1

    def test_lateness_is_kept_with_the_operation(self, cast: Cast) -> None:
        change = ask.today() - datetime.timedelta(days=30)
        said = ask.content(Kind.CORRECT, cast.li, facts={"grade": "general-10"}, change_date=change)
        operation = ask.take_effect(ask.agree(ask.apply_for(said, cast.qian), cast.tang))
        expected = workdays.workdays_between(queries.due_day(change), ask.today())
        assert operation.is_late and operation.late_by == expected > 0
        assert person_reports.figures(cast.qian.principal(), today=ask.today()).timeliness == 0

    def test_overdue_says_by_how_much(self, cast: Cast) -> None:
        """Address book example 6: change 17 Sep, on 29 Sep on the list as 逾期1个工作日."""
        due = queries.due_day(datetime.date(2026, 9, 17))
        assert workdays.workdays_between(due, datetime.date(2026, 9, 29)) == 1
        operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
        PersonOperation.objects.filter(pk=operation.pk).update(due_on=due)
        assert list(queries.overdue(due)) == []
        assert list(queries.overdue(due + datetime.timedelta(days=1))) == [operation]
        late = person_reports.overdue_in_reach(cast.qian.principal(), today=datetime.date(2026, 9, 29))
        assert late == 1
        assert person_reports.overdue_in_reach(cast.wang.principal(), today=datetime.date(2026, 9, 29)) == 0

    def test_a_new_calendar_moves_open_deadlines_and_keeps_the_old(self, cast: Cast) -> None:
        year = ask.today().year + 1
        change = datetime.date(year, 4, 30)
        operation = actions.write(
            ask.content(Kind.CORRECT, cast.li, facts={"grade": "general-10"}, change_date=change,
                        effective_on=min(change, ask.today() + datetime.timedelta(days=300))),
            actor=cast.qian.principal(),
        )  # fmt: skip
        before = operation.due_on
        rows = calendar_of(year, off={datetime.date(year, 5, 4 + n) for n in range(3)})
        import_year(year, rows, source_doc="国办发明电〔2026〕7号", actor=SYSTEM)
        operation.refresh_from_db()
        assert operation.due_on > before
        assert operation.due_history[0]["from"] == before.isoformat()
        assert operation.due_history[0]["to"] == operation.due_on.isoformat()


def calendar_of(year: int, *, off: set[datetime.date]) -> list[Row]:
    """A year's notice: weekends and statutory days as guessed, and these days off besides."""
    found: list[Row] = []
    for day, planned in workdays.days(year).items():
        kind, name = planned.kind, planned.name
        if day in off:
            kind, name = type(kind).HOLIDAY, "调休"
        if kind != type(kind).WORKDAY:
            found.append(Row(len(found) + 2, day.isoformat(), str(kind.label), name))
    return found


@pytest.mark.django_db
class TestReminders:
    def test_two_working_days_before(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
        day = workdays.add_workdays(operation.due_on, -2)
        assert clock.remind_due(today=day - datetime.timedelta(days=1)) in (0, 1)
        told = Message.objects.filter(kind="changes.operation_due").count()
        assert clock.remind_due(today=day) == 1
        found = Message.objects.filter(kind="changes.operation_due")
        assert found.count() == told + 1
        to = set(found.latest("id").receipts.values_list("person__name", flat=True))
        assert to == {"钱玉芬", "唐静宜"}

    def test_not_on_days_off(self, cast: Cast) -> None:
        assert clock.remind_due(today=datetime.date(2026, 10, 1)) == 0

    def test_thirty_days_before_a_secondment_ends(self, cast: Cast) -> None:
        until = ask.today() + datetime.timedelta(days=30)
        people.start_post(
            cast.wang.person, unit=cast.units["QP-0301-01"], title="专班", kind="secondment", actor=SYSTEM,
            until=until,
        )  # fmt: skip
        assert clock.remind_ending(today=ask.today()) == 1
        message = Message.objects.filter(kind="changes.period_ending").latest("id")
        assert message.title == f"王海涛的借调将于{until}到期"
        to = set(message.receipts.values_list("person__name", flat=True))
        assert to == {"钱玉芬", "唐静宜", "顾怀恩", "方志远"}
        clock.remind_ending(today=ask.today())
        assert Message.objects.filter(kind="changes.period_ending").count() == 1

    def test_thirty_days_before_a_contract_ends(self, cast: Cast) -> None:
        until = ask.today() + datetime.timedelta(days=30)
        Person.objects.filter(pk=cast.li.person.pk).update(contract_ends_on=until)
        assert clock.remind_ending(today=ask.today()) == 1
        message = Message.objects.filter(kind="changes.contract_ending").latest("id")
        assert message.title == f"李四的聘用合同将于{until}到期"


@pytest.mark.django_db
class TestPeriods:
    def test_who_was_lent_is_back_when_it_is_over(self, cast: Cast) -> None:
        until = ask.today() + datetime.timedelta(days=3)
        people.start_post(
            cast.wang.person, unit=cast.units["QP-0301-01"], title="专班", kind="secondment", actor=SYSTEM,
            until=until,
        )  # fmt: skip
        assert clock.end_due_posts(today=until) == 0
        assert clock.end_due_posts(today=until + datetime.timedelta(days=1)) == 1
        assert Person.objects.get(pk=cast.wang.person.pk).status == Person.Status.ON_POST
        assert clock.end_due_posts(today=until + datetime.timedelta(days=1)) == 0


@pytest.mark.django_db
class TestTheTreeMoves:
    def test_operations_follow_their_unit(self, cast: Cast) -> None:
        operation = ask.apply_for(ask.transfer(cast, cast.li), cast.qian)
        town = cast.units["QP-0301"]
        former, town.path = town.path, "0000z0000y"
        clock.follow_unit(unit=town, former_path=former)
        operation.refresh_from_db()
        assert operation.unit_path == "0000z0000y" + cast.units["QP-0301-01"].path[len(former) :]

    def test_operations_follow_a_post(self, cast: Cast) -> None:
        former = people.start_post(
            cast.li.person, unit=cast.units["QP-0301"], title="联络员", kind="concurrent", actor=SYSTEM
        )
        operation = ask.apply_for(ask.content(Kind.REMOVE, cast.li, post=former, reason="离开"), cast.qian)
        post = Post.objects.get(person=cast.li.person, kind="main")
        clock.follow_post(former=former, post=post)
        operation.refresh_from_db()
        assert operation.post == post


class TestRules:
    """Pure rules: periods, months, who must review."""

    @given(st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31)), st.integers(1, 24))
    def test_months_later_is_a_day_of_the_right_month(self, day: datetime.date, months: int) -> None:
        later = rules.months_later(day, months)
        assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
        assert later.day == day.day or (later + datetime.timedelta(days=1)).day == 1

    @given(st.dates(datetime.date(2020, 1, 1), datetime.date(2040, 12, 31)), st.integers(0, 400))
    def test_a_secondment_lasts_six_months_at_most(self, day: datetime.date, days: int) -> None:
        until = day + datetime.timedelta(days=days)
        is_allowed = rules.secondment_fault(day, until, months=6) == ""
        assert is_allowed == (until < rules.months_later(day, 6))

    @given(
        st.sampled_from(list(Kind)),
        st.sampled_from(["aaaaabbbbbccccc", "aaaaabbbbbcccccddddd", "aaaaabbbbbeeeee", ""]),
        st.sampled_from(["aaaaabbbbbccccc", "aaaaabbbbbeeeeefffff", ""]),
        st.booleans(),
        st.sampled_from(["", "05", "08", "09"]),
    )
    def test_whatever_crosses_units_goes_to_the_district(
        self, kind: str, home: str, goal: str, leads: bool, rank: str
    ) -> None:
        weight = rules.Weight(kind=kind, home=home, goal=goal, ranks=("", rank), leads=leads)
        if rules.needs_other_side(weight):
            assert kind in rules.TWO_SIDED and rules.needs_district(weight)
        if leads or rank in ("05", "08") or kind in (Kind.DEREGISTER, Kind.SECOND):
            assert rules.needs_district(weight)
