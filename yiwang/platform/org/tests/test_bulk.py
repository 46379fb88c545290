"""Many people at once are as if each had been entered alone."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.org.actions import bulk, merging, people, units
from yiwang.platform.org.actions.bulk import Newcomer
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.platform.org.queries.people import with_id_number, with_mobile

pytestmark = pytest.mark.django_db


def newcomer(cast: Cast, number: int, unit: str = "QP-0301-01", **more: object) -> Newcomer:
    facts: dict[str, object] = {
        "name": "古力·艾买提",
        "id_number": with_check_digit(f"31019919900101{number:03d}"),
        "sex": "male",
        "birth_date": datetime.date(1990, 1, 1),
        "mobile": f"1370000{number:04d}",
        "category": "established",
        "unit_id": cast.units[unit].pk,
        "title": "一级科员",
        "office_phone": "021-59720000",
        **more,
    }
    return Newcomer(**facts)  # type: ignore[arg-type]  # from a dictionary


def test_they_are_like_those_entered_alone(cast: Cast) -> None:
    one = newcomer(
        cast, 1, establishment="administrative", valid_from=datetime.date(2026, 1, 5), basis="青人〔2026〕1号"
    )
    (found,) = bulk.add_people([one], actor=SYSTEM)
    bulk.count_heads(actor=SYSTEM)
    alone = people.add_person(
        unit=cast.units["QP-0301-01"], name=one.name, id_number=with_check_digit("31019919900101002"),
        mobile="13700000002", category=one.category, title=one.title, establishment="administrative",
        office_phone=one.office_phone, valid_from=one.valid_from, actor=SYSTEM,
    )  # fmt: skip
    assert found is not None
    entered = Person.objects.get(pk=found)
    assert (entered.id_number, entered.mobile) == (one.id_number, one.mobile)
    assert list(with_id_number(one.id_number)) == list(with_mobile(one.mobile)) == [entered]
    own = {
        "id",
        "row_key",
        "id_number",
        "id_number_index",
        "mobile",
        "mobile_index",
        "sex",
        "birth_date",
        "updated_at",
    }
    for field in Person._meta.local_concrete_fields:
        if field.attname not in own:
            assert getattr(entered, field.attname) == getattr(alone, field.attname), field.attname
    post, other = Post.objects.get(person=entered), Post.objects.get(person=alone)
    for name in ("unit_id", "title", "kind", "sort", "valid_from", "valid_to", "is_living", "is_leader"):
        assert getattr(post, name) == getattr(other, name), name
    assert post.basis == "青人〔2026〕1号"


def test_the_copied_columns_and_counts_need_no_repair(cast: Cast) -> None:
    refresh_tree()
    hidden = newcomer(cast, 3, "QP-0101-01")
    bulk.add_people([newcomer(cast, 1), newcomer(cast, 2, sort=7), hidden], actor=SYSTEM)
    bulk.count_heads(actor=SYSTEM)
    rows = list(Person.objects.order_by("pk").values_list("unit_path", "title", "position", "visibility"))
    heads = list(Unit.objects.order_by("pk").values_list("headcount"))
    refresh_tree()
    assert (
        list(Person.objects.order_by("pk").values_list("unit_path", "title", "position", "visibility"))
        == rows
    )
    assert list(Unit.objects.order_by("pk").values_list("headcount")) == heads
    assert not Person.objects.filter(mobile_index__isnull=True, pk__gt=cast.zhao.person.pk).exists()


def test_who_is_known_is_left_out_and_the_others_enter(cast: Cast) -> None:
    known = newcomer(cast, 1, id_number=cast.li.person.id_number)
    before = Person.objects.count()
    found = bulk.add_people([newcomer(cast, 1), known, newcomer(cast, 2)], actor=SYSTEM)
    assert [one is None for one in found] == [False, True, False]
    assert Person.objects.count() == before + 2


def test_a_unit_that_is_gone_takes_nobody(cast: Cast) -> None:
    empty = units.create_unit(
        parent=cast.units["QP-0301-02"], code="QP-0301-0299", full_name="空村", short_name="空村",
        node_type="village_committee", actor=SYSTEM,
    )  # fmt: skip
    merging.revoke_unit(empty, actor=SYSTEM)
    assert bulk.add_people([newcomer(cast, 1, unit_id=empty.pk)], actor=SYSTEM) == [None]


def test_each_has_two_lines_in_the_log(cast: Cast) -> None:
    qian = cast.qian.principal()
    before = Entry.objects.count()
    found = bulk.add_people([newcomer(cast, 1), newcomer(cast, 2)], actor=qian)
    lines = Entry.objects.order_by("pk")[before:]
    assert [(one.verb, one.target_id) for one in lines] == [
        ("org.person_added", str(found[0])),
        ("org.person_added", str(found[1])),
        ("org.post_started", str(found[0])),
        ("org.post_started", str(found[1])),
    ]
    assert str(lines[2]) == "钱玉芬登记了古力·艾买提的任职"


def test_only_for_units_that_he_manages(cast: Cast) -> None:
    before = Person.objects.count()
    with pytest.raises(Refused) as refusal:
        bulk.add_people([newcomer(cast, 1), newcomer(cast, 2, "QP-0302-01")], actor=cast.qian.principal())
    assert refusal.value.status == 403 and Person.objects.count() == before


def test_statements_do_not_grow_with_the_people(cast: Cast) -> None:
    with CaptureQueriesContext(
        connection,
    ) as few:
        bulk.add_people([newcomer(cast, number) for number in range(2)], actor=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        bulk.add_people([newcomer(cast, number) for number in range(10, 210)], actor=SYSTEM)
    assert len(many) <= len(few)
