"""为什么看得到、看不到: by API and by 看谁的视角; one's own view tells nothing of what is hidden."""

from typing import Any

import pytest

from tests.cast import Cast
from yiwang.kernel.audit.models import Entry
from yiwang.platform.addressbook.actions import proposals
from yiwang.platform.addressbook.models import Hiding
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import body, browser
from yiwang.platform.org.models import Person

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/visibility/explain"


@pytest.fixture
def leader(cast: Cast) -> Person:
    return factories.person(cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06")


def asked(cast: Cast, login: str, **what: Any) -> tuple[int, dict[str, Any]]:
    answer = browser(cast, login).get(ADDRESS, what)
    return answer.status_code, answer.json()


def test_ones_own_view(cast: Cast, leader: Person) -> None:
    status, said = asked(cast, "li", person=cast.wang.person.pk)
    assert (status, said["mode"], said["step"]) == (200, "direct", 9) and "Q4对Q4" in said["text"]
    assert asked(cast, "li", person=cast.zhao.person.pk)[1]["text"] == "同一单位"
    assert asked(cast, "li", unit=cast.units["QP-0302"].pk)[1]["label"] == "显示"


def test_what_is_hidden_is_as_if_it_were_not(cast: Cast, leader: Person) -> None:
    """Q1 for Q4, the hidden unit and its member, who is reached by search only, nobody at all: alike."""
    absent = asked(cast, "li", person=10**9)[1]
    for what in ({"person": leader.pk}, {"person": cast.mi.person.pk}, {"unit": cast.units["QP-0101-01"].pk}):
        status, said = asked(cast, "li", **what)
        assert status == 404 and said["detail"] == absent["detail"] and set(said) == set(absent)
    assert asked(cast, "shen", person=leader.pk)[0] == 404
    assert asked(cast, "temp", person=cast.qian.person.pk)[0] == 404


def test_administrators_ask_for_others_with_a_reason(cast: Cast, leader: Person) -> None:
    pair = {"viewer": cast.li.person.pk, "person": leader.pk}
    assert asked(cast, "an", **pair)[0] == 422
    status, said = asked(cast, "an", **pair, reason="核对可见范围")
    assert (status, said["mode"], said["label"], said["step"]) == (200, "none", "不可搜不可加", 9)
    line = Entry.objects.get(verb="addressbook.explained")
    assert str(line) == "安若兰查询了李四的可见依据，事由：核对可见范围"
    hiding = proposals.propose_hiding(
        cast.units["QP-0302"], scope="everybody", reason="试", actor=cast.sun.principal()
    )
    proposals.approve(hiding, actor=cast.an.principal())
    of_unit = {"viewer": cast.li.person.pk, "unit": cast.units["QP-0302-01"].pk, "reason": "核对"}
    status, said = asked(cast, "sun", **of_unit)
    assert (said["mode"], said["hiding_id"]) == ("none", Hiding.objects.get().pk)
    assert "上级机构“徐泾镇”已隐藏" in said["text"]
    for login in ("li", "shen", "qian"):
        assert asked(cast, login, **pair, reason="试")[0] == 404
    assert asked(cast, "an", reason="试")[0] == 422


def test_his_eyes_need_a_reason_first(cast: Cast, leader: Person) -> None:
    an, li, top = browser(cast, "an"), cast.li.person.pk, cast.units["QP-02"].pk
    first = an.get(f"/addressbook/seen-as/{li}/{top}/")
    assert first.status_code == 303 and first.headers["Location"].endswith(f"/seen-as/?person={li}")
    assert "李四" in body(an, first.headers["Location"])
    assert an.get(f"/addressbook/seen-as/{li}/search/?q=陆").status_code == 303
    an.post("/addressbook/seen-as/", {"person_id": li, "reason": "核对"})
    page = body(an, f"/addressbook/seen-as/{li}/{top}/")
    assert "第9步" in page and "不可搜不可加" in page
    assert browser(cast, "sun").get(f"/addressbook/seen-as/{li}/{top}/").status_code == 303, (
        "each for himself"
    )


def test_searching_with_his_eyes(cast: Cast, leader: Person) -> None:
    an, li, shen = browser(cast, "an"), cast.li.person.pk, cast.shen.person.pk
    for person in (li, shen):
        an.post("/addressbook/seen-as/", {"person_id": person, "reason": "核对"})
    missed = body(an, f"/addressbook/seen-as/{li}/search/?q=陆怀瑾")
    assert (
        "查不到的人员" in missed and "Q4对Q1" in missed and "查到的人员" not in missed.replace("查不到", "")
    )
    stranger = body(an, f"/addressbook/seen-as/{shen}/search/?q=陆怀瑾")
    assert "只显示姓名和单位" in stranger
    assert "查到的人员" in body(an, f"/addressbook/seen-as/{li}/search/?q=王海涛")
    assert "没有符合的人员" in body(an, f"/addressbook/seen-as/{li}/search/?q=查无此人")
