"""编制 is not exceeded without leave: whom it counts, what it refuses, what takes effect."""

from dataclasses import replace

import pytest

from tests.cast import Cast, Member
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.queries import person_operation as queries
from yiwang.platform.changes.tests import applications as ask
from yiwang.platform.changes.tests.applications import assert_refused, reread
from yiwang.platform.changes.tests.test_person_views import as_member, newcomer
from yiwang.platform.org.models import Person, Unit

Kind, State = PersonOperation.Kind, PersonOperation.State
pytestmark = pytest.mark.django_db

FULL = "朱家角镇行政编制已满（核定1名，实有1名）"
NEEDS_LEAVE = f"{FULL}，超编的须经机构编制部门批准并填写依据文号"


def set_quota(code: str, **numbers: int | None) -> None:
    Unit.objects.filter(code=code).update(**numbers)


def place(code: str) -> Unit:
    return Unit.objects.get(code=code)


def hold(member: Member, establishment: str) -> None:
    Person.objects.filter(pk=member.person.pk).update(establishment=establishment)


@pytest.fixture
def full(cast: Cast) -> Cast:
    """朱家角镇 has one administrative place, and li holds it."""
    set_quota("QP-0301", quota_administrative=1)
    hold(cast.li, "administrative")
    return cast


class TestCounting:
    def test_the_department_counts_whatever_unit_below_is_asked(self, full: Cast) -> None:
        for code in ("QP-0301", "QP-0301-01", "QP-0301-0201"):
            assert queries.quota_fault(place(code), "administrative") == FULL
        assert queries.quota_fault(place("QP-0302-01"), "administrative") == ""

    def test_one_more_is_taken_while_there_is_room(self, full: Cast) -> None:
        set_quota("QP-0301", quota_administrative=2)
        assert queries.quota_fault(place("QP-0301-01"), "administrative") == ""
        two = queries.quota_fault(place("QP-0301-01"), "administrative", more=2)
        assert two == "朱家角镇行政编制不足（核定2名，实有1名，本次新增2名）"

    def test_without_a_number_nothing_is_limited_and_zero_admits_nobody(self, full: Cast) -> None:
        assert queries.quota_fault(place("QP-0301-01"), "worker") == ""
        set_quota("QP-0301", quota_worker=0)
        assert (
            queries.quota_fault(place("QP-0301-01"), "worker") == "朱家角镇工勤编制已满（核定0名，实有0名）"
        )

    @pytest.mark.parametrize(
        "establishment",
        ["institution_civil", "institution_full", "institution_partial", "institution_self"],
    )
    def test_the_four_kinds_of_institutions_share_one_number(self, full: Cast, establishment: str) -> None:
        set_quota("QP-0301", quota_institution=1)
        hold(full.zhao, "institution_full")
        fault = queries.quota_fault(place("QP-0301"), establishment)
        assert fault == "朱家角镇事业编制已满（核定1名，实有1名）"

    @pytest.mark.parametrize("establishment", ["contract", "committee", "none", ""])
    def test_who_is_outside_the_establishment_is_not_limited(self, full: Cast, establishment: str) -> None:
        numbers = dict.fromkeys(("quota_administrative", "quota_institution", "quota_worker"), 0)
        set_quota("QP-0301", **numbers)
        assert queries.quota_fault(place("QP-0301"), establishment) == ""

    def test_who_has_left_frees_his_place_and_one_is_not_counted_against_himself(self, full: Cast) -> None:
        unit, li = place("QP-0301"), full.li.person
        assert queries.quota_fault(unit, "administrative", besides=li.pk) == ""
        Person.objects.filter(pk=li.pk).update(status=Person.Status.RETIRED)
        assert queries.quota_fault(unit, "administrative") == ""


class TestRefusal:
    def test_a_new_person(self, full: Cast) -> None:
        refused = assert_refused(
            lambda: ask.apply_for(ask.addition(full), full.qian), status=422, text=NEEDS_LEAVE
        )
        assert refused.fields == {"over_quota": NEEDS_LEAVE}

    def test_the_leave_of_the_establishment_office_has_a_number(self, full: Cast) -> None:
        said = replace(ask.addition(full), over_quota=True, basis="")
        refused = assert_refused(
            lambda: ask.apply_for(said, full.qian), status=422, text="超编的请填写机构编制部门的批准文号"
        )
        assert set(refused.fields) == {"basis"}

    def test_somebody_from_elsewhere(self, full: Cast) -> None:
        hold(full.wang, "administrative")
        assert_refused(
            lambda: ask.apply_for(ask.transfer(full, full.wang, to="QP-0301-01"), full.qian),
            status=422,
            text=NEEDS_LEAVE,
        )
        assert reread(full.wang).unit == full.units["QP-0302-01"]

    def test_another_establishment_for_somebody_who_is_there(self, full: Cast) -> None:
        hold(full.zhou, "institution_full")
        change = ask.content(Kind.CORRECT, full.zhou, facts={"establishment": "administrative"})
        assert_refused(lambda: ask.apply_for(change, full.qian), status=422, text=NEEDS_LEAVE)
        assert reread(full.zhou).establishment == "institution_full"

    def test_inside_the_unit_nobody_is_counted_twice(self, full: Cast) -> None:
        moved = ask.apply_for(ask.transfer(full, full.li, to="QP-0301"), full.qian)
        assert moved.state == State.WAITING_UNIT

    def test_with_leave_he_is_entered(self, full: Cast) -> None:
        said = replace(ask.addition(full), over_quota=True)
        operation = ask.take_effect(ask.agree(ask.apply_for(said, full.qian), full.tang))
        assert operation.person is not None and operation.person.establishment == "administrative"

    def test_a_place_lost_meanwhile_makes_it_wait_for_somebody_to_decide(self, full: Cast) -> None:
        set_quota("QP-0301", quota_administrative=2)
        operation = ask.agree(ask.apply_for(ask.addition(full), full.qian), full.tang)
        set_quota("QP-0301", quota_administrative=1)
        operation = ask.take_effect(operation)
        assert operation.state == State.FAILED and operation.failure == NEEDS_LEAVE
        assert not Person.objects.filter(name="单思齐").exists()


class TestPage:
    def test_the_refusal_stands_beside_the_box_and_what_was_typed_stays(self, full: Cast) -> None:
        qian = as_member(full, "qian")
        answer = qian.post("/changes/persons/new/add/", newcomer(full))
        page = answer.content.decode()
        assert answer.status_code == 422 and NEEDS_LEAVE in page and "单思齐" in page
        assert not PersonOperation.objects.exists()
        answer = qian.post("/changes/persons/new/add/", newcomer(full, over_quota="on"))
        assert answer.status_code == 303 and PersonOperation.objects.get().payload["over_quota"]
