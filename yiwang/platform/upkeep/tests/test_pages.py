"""The pages of upkeep as people use them, and what none of them may show (§0.3 #1)."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel import badges
from yiwang.kernel.listing.screens import Listing
from yiwang.platform.org.models import Person
from yiwang.platform.upkeep.actions import figures, quarter
from yiwang.platform.upkeep.models import KnownChange, SampledPerson, UnitCheck
from yiwang.platform.upkeep.tests.people import as_member
from yiwang.platform.upkeep.views import corrections as correction_views
from yiwang.platform.upkeep.views import due as due_views
from yiwang.platform.upkeep.views import figures as figure_views
from yiwang.platform.upkeep.views import quarter as quarter_views
from yiwang.platform.upkeep.views import samples as sample_views

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
RATES = ("完整率", "准确率", "及时率", "激活率")


def listings() -> list[Listing]:
    views = (correction_views, due_views, figure_views, quarter_views, sample_views)
    return [one for module in views for one in vars(module).values() if isinstance(one, Listing)]


def test_no_list_has_a_rate_to_sort_by() -> None:
    """Lists show people, matters and samples; no column is a rate, so none can be ranked or exported."""
    found = listings()
    assert len(found) >= 7
    for listing in found:
        for column in listing.columns:
            assert not any(word in column.label or "率" in column.label for word in RATES), listing.key


def test_no_page_shows_the_rates_of_several_units(cast: Cast) -> None:
    """区政务办 sees totals, and one unit at a time when it asks for it."""
    for unit in ("QP-0301-01", "QP-0302-01", "QP-0201-01"):
        Person.objects.filter(unit__code=unit).update(grade="general-12", establishment="administrative")
    figures.count_day(today=TODAY)
    sun = as_member(cast, "sun")
    for name in ("due", "checks", "corrections", "figures", "gaps", "samples"):
        page = sun.get(reverse(f"upkeep:{name}")).content.decode()
        cards = re.findall(r"<b>[^<]*</b>\s*<small>(完整率|准确率|本年及时率|本年准确率|激活率)", page)
        assert len(cards) == len(set(cards)) <= 4, name
    assert "全区合计" in sun.get(reverse("upkeep:figures")).content.decode()
    one = sun.get(reverse("upkeep:figures"), {"unit": "QP-0301"}).content.decode()
    assert one.count("完整率　") == 1 and "／5人" in one
    assert sun.get(reverse("upkeep:figures"), {"unit": "nowhere"}).status_code == 422


def test_a_unit_s_administrator_sees_his_own_only(cast: Cast) -> None:
    figures.count_day(today=TODAY)
    page = as_member(cast, "qian").get(reverse("upkeep:figures"), {"unit": "QP-0302"}).content.decode()
    assert "／5人" in page and "徐泾镇" not in page


def test_the_lists_lead_to_who_lacks_what(cast: Cast) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(office_phone="")
    qian = as_member(cast, "qian")
    page = qian.get(reverse("upkeep:gaps"), {"missing": "office_phone"}).content.decode()
    assert "李四" in page and "王海涛" not in page
    assert as_member(cast, "gu").get(reverse("upkeep:gaps"), {"missing": "office_phone"}).status_code == 200


def test_one_s_own_entry(cast: Cast) -> None:
    Person.objects.filter(pk=cast.li.person.pk).update(
        office_phone="", grade="general-12", establishment="administrative"
    )
    li = as_member(cast, "li")
    page = li.get(reverse("upkeep:own")).content.decode()
    assert "缺少：办公电话" in page and "所在单位尚未核对" in page and "钱玉芬" in page
    assert badges.numbers(cast.li.person.pk)["upkeep_own"] == 1
    Person.objects.filter(pk=cast.li.person.pk).update(office_phone="021-59720000")
    assert not badges.numbers(cast.li.person.pk)["upkeep_own"]


def test_a_change_is_registered_and_settled(cast: Cast) -> None:
    sun, qian = as_member(cast, "sun"), as_member(cast, "qian")
    form = {
        "person": cast.li.person.pk,
        "what": "title",
        "change_date": (TODAY - datetime.timedelta(days=30)).isoformat(),
        "basis": "青委组〔2026〕31号",
    }
    assert sun.post(reverse("upkeep:known_new"), {**form, "basis": ""}).status_code == 422
    assert sun.post(reverse("upkeep:known_new"), {**form, "person": ""}).status_code == 422
    answer = sun.post(reverse("upkeep:known_new"), form, follow=True)
    assert "已登记，请朱家角镇 党政办公室于" in answer.content.decode()
    change = KnownChange.objects.get()
    listed = qian.get(reverse("upkeep:due"), {"late": "waiting", "source": "known"}).content.decode()
    assert "李四" in listed and "逾期" in listed
    assert "逾期的通讯录维护事项" in qian.get("/console/").content.decode()
    page = reverse("upkeep:known", args=[change.pk])
    assert "青委组〔2026〕31号" in qian.get(page).content.decode()
    assert as_member(cast, "gu").get(page).status_code == 404
    void = reverse("upkeep:known_settle", args=[change.pk, "void"])
    assert qian.post(void, {"words": ""}).status_code == 422
    assert qian.post(reverse("upkeep:known_settle", args=[change.pk, "done"]), {}).status_code == 303
    assert qian.post(void, {"words": "x"}).status_code == 409


def test_a_quarter_is_confirmed_on_its_page(cast: Cast) -> None:
    quarter.open_due(today=TODAY)
    check = UnitCheck.objects.get(unit__code="QP-0301")
    qian, page = as_member(cast, "qian"), reverse("upkeep:check", args=[check.pk])
    text = qian.get(page).content.decode()
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', text)
    assert digest is not None and "没有上次核对记录" in text
    assert as_member(cast, "gu").get(page).status_code == 404
    assert "确认已核对" not in as_member(cast, "sun").get(page).content.decode()
    paper = reverse("upkeep:check_paper", args=[check.pk])
    assert qian.get(paper).status_code == 404
    confirm = reverse("upkeep:check_confirm", args=[check.pk])
    assert qian.post(confirm, {"digest": "", "note": ""}).status_code == 422
    assert qian.post(confirm, {"digest": digest[1], "note": ""}).status_code == 422  # 职级 is missing
    assert qian.post(confirm, {"digest": digest[1], "note": "职级正在核定"}).status_code == 303
    second = as_member(cast, "tang").post(confirm, {"digest": digest[1], "note": "x"})
    assert second.status_code == 409 and "该数据已被钱玉芬于" in second.content.decode()
    sheet = qian.get(paper).content.decode()
    assert "朱家角镇党政办公室办公室副主任" in sheet and digest[1] in sheet
    assert "李四" in qian.get(reverse("upkeep:check_people", args=[check.pk])).content.decode()


def test_a_sample_is_drawn_and_checked(cast: Cast) -> None:
    sun = as_member(cast, "sun")
    assert sun.post(reverse("upkeep:sample_draw"), {"share": 50, "least": 1}).status_code == 422
    sun.post(reverse("upkeep:sample_draw"), {"share": 1, "least": 1}, follow=True)
    first = SampledPerson.objects.order_by("place").first()
    assert first is not None
    page = reverse("upkeep:sampled", args=[first.pk])
    assert first.person.name in sun.get(page).content.decode()
    assert sun.post(page, {"result": "wrong", "words": ""}).status_code == 422
    assert sun.post(page, {"result": "right"}).status_code == 303
    assert sun.post(page, {"result": "right"}).status_code == 409
    assert first.person.name in sun.get(reverse("upkeep:sample", args=[first.sample_id])).content.decode()
