"""Persons transferred, corrected, deregistered and taken up again; code lists (domain §2, §23)."""

import datetime
from typing import Any

import pytest

from tests.cast import Cast, with_check_digit
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.org.actions import corrections, departures, people, posts
from yiwang.platform.org.models import Code, Person, Post, Unit
from yiwang.platform.org.queries import codes, person_checks
from yiwang.platform.org.queries import people as reading

DAY = datetime.date(2026, 12, 1)
NEW_ID = with_check_digit("31019919930303011")


@pytest.fixture(autouse=True)
def fresh_codes() -> None:
    codes.forget()


def reread(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


def living(person: Person) -> set[tuple[str, str]]:
    found = Post.objects.filter(person=person, is_living=True)
    return set(found.values_list("unit__code", "title"))


def test_a_transfer_ends_the_old_post_and_starts_the_new(cast: Cast) -> None:
    li, old = cast.li.person, Post.objects.get(person=cast.li.person)
    people.start_post(li, unit=cast.units["QP-0201"], title="联络员", kind=Post.Kind.CONCURRENT, actor=SYSTEM)
    posts.transfer_person(li, to=cast.units["QP-0302-01"], title="科员", day=DAY, actor=SYSTEM)
    old.refresh_from_db()
    assert (old.is_living, old.valid_to) == (False, DAY - datetime.timedelta(days=1))
    assert living(li) == {("QP-0302-01", "科员"), ("QP-0201", "联络员")}
    assert reread(li).unit == cast.units["QP-0302-01"]


def test_a_transfer_also_ends_what_is_named_and_a_secondment(cast: Cast) -> None:
    li = cast.li.person
    also = people.start_post(
        li, unit=cast.units["QP-0301"], title="联络员", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    people.start_post(li, unit=cast.units["QP-0201"], title="借调", kind=Post.Kind.SECONDMENT, actor=SYSTEM)
    assert reread(li).status == Person.Status.LENT
    posts.transfer_person(
        li, to=cast.units["QP-0302-01"], title="科员", day=DAY, actor=SYSTEM, leaving=[also]
    )
    assert living(li) == {("QP-0302-01", "科员")} and reread(li).status == Person.Status.ON_POST


def test_a_transfer_to_where_he_is_is_refused(cast: Cast) -> None:
    before = living(cast.li.person)
    with pytest.raises(Refused, match="与现任职相同"):
        posts.transfer_person(
            cast.li.person, to=cast.units["QP-0301-01"], title="办事员", day=DAY, actor=SYSTEM
        )
    assert living(cast.li.person) == before


def test_who_is_lent_comes_back_when_the_period_is_over(cast: Cast) -> None:
    li, until = cast.li.person, DAY + datetime.timedelta(days=90)
    post = people.start_post(
        li,
        unit=cast.units["QP-0201-01"],
        title="借调",
        kind="secondment",
        actor=SYSTEM,
        valid_from=DAY,
        until=until,
    )
    assert reread(li).status == Person.Status.LENT
    assert posts.end_due_posts(today=until, actor=SYSTEM) == []
    later = posts.extend_post(post, until=until + datetime.timedelta(days=30), actor=SYSTEM)
    assert posts.end_due_posts(today=until + datetime.timedelta(days=1), actor=SYSTEM) == []
    assert posts.end_due_posts(today=until + datetime.timedelta(days=31), actor=SYSTEM) == [post]
    later.refresh_from_db()
    assert later.valid_to == until + datetime.timedelta(days=30) and not later.is_living
    assert reread(li).status == Person.Status.ON_POST


def test_an_extension_must_be_later(cast: Cast) -> None:
    post = people.start_post(
        cast.li.person, unit=cast.units["QP-0201-01"], title="借调", kind="secondment", actor=SYSTEM,
        valid_from=DAY, until=DAY,
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        posts.extend_post(post, until=DAY, actor=SYSTEM)
    assert refused.value.status == 422


def test_another_title_in_the_same_unit_keeps_the_post(cast: Cast) -> None:
    post = Post.objects.get(person=cast.li.person)
    posts.change_post(post, title="副主任", is_head=False, actor=SYSTEM, basis="青人〔2026〕1号")
    post.refresh_from_db()
    assert post.is_living and post.title == "副主任" and reread(cast.li.person).title == "副主任"
    assert Entry.objects.latest("id").changed_fields == {"title": ["办事员", "副主任"]}


def test_a_new_name_is_spelled_and_the_old_one_is_kept(cast: Cast) -> None:
    fields = corrections.correct_person(
        cast.li.person, facts={"name": "单思齐", "grade": "general-10"}, actor=SYSTEM
    )
    li = reread(cast.li.person)
    assert fields >= {"name", "grade", "former_name"}
    assert (li.name, li.pinyin, li.former_name) == ("单思齐", "shansiqi", "李四")
    corrections.correct_person(li, facts={"name": "单思琪"}, actor=SYSTEM, renamed=False)
    assert reread(li).former_name == "李四"


def test_a_corrected_identity_number_brings_sex_and_birth_date(cast: Cast) -> None:
    corrections.correct_person(
        cast.li.person, facts={"id_number": NEW_ID, "mobile": "13900000077"}, actor=SYSTEM
    )
    li = reread(cast.li.person)
    assert (li.id_number, li.sex, li.birth_date) == (NEW_ID, "male", datetime.date(1993, 3, 3))
    changes = Entry.objects.filter(verb="org.person_corrected").latest("id").changed_fields
    assert changes["mobile"] == ["139****0007", "139****0077"]
    assert changes["id_number"][1] == "310199********" + NEW_ID[-4:]
    assert reading.with_id_number(NEW_ID).get() == li


def test_somebody_elses_identity_number_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        corrections.correct_person(
            cast.li.person, facts={"id_number": cast.wang.person.id_number}, actor=SYSTEM
        )
    assert refused.value.code == "E-PER-02" and "徐泾镇" in refused.value.message
    assert reread(cast.li.person).id_number == cast.li.person.id_number


def test_the_number_of_somebody_in_a_hidden_department_does_not_tell_where(cast: Cast) -> None:
    Unit.objects.filter(pk=cast.units["QP-0302"].pk).update(zone=cast.units["QP-0302"].pk)
    with pytest.raises(Refused) as refused:
        corrections.correct_person(
            cast.li.person, facts={"id_number": cast.wang.person.id_number}, actor=SYSTEM
        )
    assert refused.value.message == "该人员已在本区任职，请办理调动、借调或兼任"


def test_who_leaves_is_archived_and_may_come_back_under_the_same_id(cast: Cast) -> None:
    li = cast.li.person
    departures.deregister_person(li, departure="resigned", day=DAY, actor=SYSTEM)
    gone = reread(li)
    assert (gone.status, gone.departure, gone.left_on) == (Person.Status.LEFT, "resigned", DAY)
    assert not living(li) and gone.visibility == 0 and gone.unit is None
    with pytest.raises(Refused, match="请恢复原人员档案"):
        people.add_person(
            unit=cast.units["QP-0302-01"], name="李四", id_number=li.id_number, mobile="13900000007",
            category="established", title="科员", actor=SYSTEM,
        )  # fmt: skip
    facts = {"name": "李四", "mobile": "13900000070", "category": "contracted"}
    back = departures.reopen_person(
        gone, unit=cast.units["QP-0302-01"], title="科员", facts=facts, actor=SYSTEM, valid_from=DAY
    )
    assert back.pk == li.pk and back.status == Person.Status.ON_POST and back.departure == ""
    assert living(back) == {("QP-0302-01", "科员")} and back.left_on is None


def test_nobody_is_deregistered_twice_and_the_dead_do_not_return(cast: Cast) -> None:
    gone = departures.deregister_person(cast.li.person, departure="deceased", day=DAY, actor=SYSTEM)
    with pytest.raises(Refused, match="当前状态为“去世”，不能执行“注销”"):
        departures.deregister_person(gone, departure="retired", day=DAY, actor=SYSTEM)
    with pytest.raises(Refused, match="当前状态为“去世”，不能执行“新增”"):
        departures.reopen_person(gone, unit=cast.units["QP-0302-01"], title="科员", facts={}, actor=SYSTEM)


@pytest.mark.parametrize(
    ("values", "field", "text"),
    [
        ({"mobile": "123"}, "mobile", "手机号码格式不正确，应为11位数字"),
        ({"mobile": ""}, "mobile", "请填写手机号码"),
        ({"grade": "一级调研员"}, "grade", "职级不在代码表中，请重新选择"),
        ({"id_kind": "passport", "id_number": "E1"}, "id_number", "证件号码应为5至20位字母或数字"),
        ({"id_number": "440524188001010014"}, "id_number", "身份证号码中的出生日期超出合理范围"),
        ({"establishment": "别的"}, "establishment", "请从选项中选择"),
    ],
)
def test_bad_values_are_named(cast: Cast, values: dict[str, Any], field: str, text: str) -> None:
    with pytest.raises(Refused) as refused:
        person_checks.checked(values, today=DAY)
    assert refused.value.status == 422 and refused.value.fields == {field: text}


def test_all_faults_are_told_at_once(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        person_checks.checked({"name": "李4", "mobile": "1", "email": "x"}, today=DAY)
    assert set(refused.value.fields) == {"name", "mobile", "email"}


def test_a_passport_is_taken_as_it_is(cast: Cast) -> None:
    clean = person_checks.checked({"id_kind": "passport", "id_number": " e 1234567"}, today=DAY)
    assert clean["id_number"] == "E1234567" and "sex" not in clean


def test_the_established_have_an_establishment_and_a_telephone(cast: Cast) -> None:
    assert person_checks.completeness_faults({"category": "established"}) == {
        "establishment": "在编人员请填写编制类型",
        "office_phone": "在编人员请填写办公电话",
    }
    wrong = {"category": "contracted", "establishment": "administrative"}
    assert "establishment" in person_checks.completeness_faults(wrong)


def test_code_lists_hold_the_words_of_the_law_in_their_order(cast: Cast) -> None:
    duty = [code.label for code in codes.in_use(Code.List.DUTY_LEVEL)]
    assert duty[0] == "国家级正职" and duty[-1] == "乡科级副职" and len(duty) == 10
    series = dict(codes.choices(Code.List.GRADE))
    assert [len(words) for words in series.values()] == [14, 13, 13, 14, 13, 14, 14]
    assert series["综合管理类公务员"][6] == ("general-07", "一级主任科员")
    posts_of = dict(codes.choices(Code.List.POST_GRADE))
    assert len(posts_of["事业专业技术岗位"]) == 15 and len(posts_of["事业管理岗位"]) == 12
    assert codes.label(Code.List.GRADE, "general-03") == "一级调研员"
    assert codes.by_label(Code.List.DUTY_LEVEL)["县处级副职"] == "08"


def test_a_person_is_written_with_all_he_is(cast: Cast) -> None:
    people.start_post(
        cast.zhao.person, unit=cast.units["QP-0201"], title="副局长", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    people.start_post(
        cast.zhao.person, unit=cast.units["QP-0101-01"], title="组员", kind=Post.Kind.SECONDMENT, actor=SYSTEM
    )
    told = reading.described(cast.zhao.person)
    assert told == "赵明远　朱家角镇镇长（借调区委办公室专班组员，兼区数据局副局长）"
    assert reading.described(cast.temp.person) == "陶外包"
    wei = Person(name="张伟", name_mark="规划科")
    assert wei.marked_name == "张伟（规划科）"
