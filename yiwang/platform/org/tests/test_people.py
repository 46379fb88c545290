"""Persons and posts (domain reference §2)."""

import datetime

import pytest
from django.db import connection

from tests.cast import Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.errors import Refused
from yiwang.platform.org.actions import people
from yiwang.platform.org.models import Person, Post, Unit

LI = with_check_digit("31019919900707007")


def add(cast: Cast, **more: object) -> Person:
    values = {
        "unit": cast.units["QP-0302-01"],
        "name": "单雨",
        "id_number": with_check_digit("31019919930303011"),
        "mobile": "13900000099",
        "category": "established",
        "title": "科员",
        "actor": SYSTEM,
        **more,
    }
    return people.add_person(**values)  # type: ignore[arg-type]


def test_added_person_carries_surname_pinyin_and_stands_in_his_unit(cast: Cast) -> None:
    before = Unit.objects.get(code="QP-0302").headcount
    person = add(cast)
    assert (person.pinyin, person.initials, person.sex) == ("shanyu", "sy", "male")
    assert person.unit == cast.units["QP-0302-01"] and person.title == "科员"
    assert Unit.objects.get(code="QP-0302").headcount == before + 1


def test_one_identity_number_is_one_person(cast: Cast) -> None:
    count = Person.objects.count()
    with pytest.raises(Refused) as refused:
        add(cast, id_number=LI.lower())
    assert (refused.value.status, refused.value.code) == (409, "E-PER-02")
    assert refused.value.message == "该人员已在朱家角镇任职，请办理调动、借调或兼任"
    assert Person.objects.count() == count


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("id_number", "310118199001010011", "身份证号码校验位错误"),
        ("id_number", "310118199002300019", "身份证号码中的出生日期无效"),
        ("name", "张3", "姓名只能包含汉字和间隔号"),
    ],
)
def test_bad_input_names_the_field(cast: Cast, field: str, value: str, text: str) -> None:
    count = Person.objects.count()
    with pytest.raises(Refused) as refused:
        add(cast, **{field: value})
    assert refused.value.status == 422 and refused.value.fields == {field: text}
    assert Person.objects.count() == count


def test_graded_administrator_adds_at_home_only(cast: Cast) -> None:
    qian = cast.qian.principal()
    add(cast, unit=cast.units["QP-0301-01"], actor=qian)
    with pytest.raises(Refused) as refused:
        add(cast, id_number=with_check_digit("31019919930303031"), actor=qian)
    assert refused.value.status == 403


def test_second_main_post_is_refused_concurrent_is_not(cast: Cast) -> None:
    li, elsewhere = cast.li.person, cast.units["QP-0201-01"]
    with pytest.raises(Refused, match="每人只能有一个主职"):
        people.start_post(li, unit=elsewhere, title="副科长", actor=SYSTEM)
    people.start_post(li, unit=elsewhere, title="联络员", kind=Post.Kind.CONCURRENT, actor=SYSTEM)
    assert Post.objects.filter(person=li, is_living=True).count() == 2
    li.refresh_from_db()
    assert li.unit == cast.units["QP-0301-01"]


def test_without_a_main_post_nobody_is_listed(cast: Cast) -> None:
    post = Post.objects.get(person=cast.wang.person, is_living=True)
    before = Unit.objects.get(code="QP").headcount
    people.end_post(post, actor=SYSTEM, reason="离开该部门")
    wang = Person.objects.get(pk=cast.wang.person.pk)
    assert (wang.visibility, wang.unit, wang.unit_path) == (0, None, "")
    assert Unit.objects.get(code="QP").headcount == before - 1


def test_database_holds_no_identity_number_or_mobile_in_clear(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT org_person::text FROM org_person")
        dump = "".join(row[0] for row in cursor.fetchall())
    assert cast.li.person.mobile == "13900000007" and cast.li.person.id_number == LI
    assert LI not in dump and "13900000007" not in dump
    assert LI.encode().hex() not in dump and b"13900000007".hex() not in dump


def test_visible_persons(cast: Cast) -> None:
    def names(login: str) -> set[str]:
        return set(Person.objects.visible_to(cast.member(login).principal()).values_list("name", flat=True))

    assert "米思源" not in names("li") and "米思源" in names("mi") and "米思源" in names("sun")
    assert names("temp") == {"陶外包", "钱玉芬"}  # himself and his contact person (§2)
    assert not Person.objects.visible_to(None).exists()


def test_one_secondment_and_no_post_twice(cast: Cast) -> None:
    li, office = cast.li.person, cast.units["QP-0302-01"]
    people.start_post(li, unit=office, title="借调干部", kind=Post.Kind.SECONDMENT, actor=SYSTEM)
    count = Post.objects.count()
    for kind, unit, title in (
        (Post.Kind.SECONDMENT, cast.units["QP-0201-01"], "借调干部"),
        (Post.Kind.CONCURRENT, office, "借调干部"),
    ):
        with pytest.raises(Refused) as refused:
            people.start_post(li, unit=unit, title=title, kind=kind, actor=SYSTEM)
        assert refused.value.status == 409
    assert Post.objects.count() == count


def test_a_post_ends_after_it_began_and_once(cast: Cast) -> None:
    post = Post.objects.get(person=cast.li.person)
    with pytest.raises(Refused) as refused:
        people.end_post(post, actor=SYSTEM, reason="调动", day=datetime.date(2000, 1, 1))
    assert (refused.value.status, refused.value.code) == (422, "E-DATE-01")
    assert Post.objects.get(pk=post.pk).is_living
    people.end_post(post, actor=SYSTEM, reason="调动")
    with pytest.raises(Refused) as refused:
        people.end_post(post, actor=SYSTEM, reason="调动")
    assert refused.value.status == 409
