"""The acceptance examples of the address book (domain reference §3), through the pages that people use."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.addressbook.models import HidingPass, Look
from yiwang.platform.addressbook.queries import policy, replies
from yiwang.platform.addressbook.tests import factories
from yiwang.platform.addressbook.tests.factories import FRAGMENT, browser, browser_of
from yiwang.platform.org.actions import people
from yiwang.platform.org.actions.projection import refresh_tree
from yiwang.platform.org.models import Person, Post

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader(cast: Cast) -> Person:
    """A deputy head of the district (Q1)."""
    return factories.person(
        cast, "陆怀瑾", unit="QP-02", title="副区长", duty_level="06", mobile="13911112222"
    )


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_1_a_street_clerk_does_not_find_a_district_leader_by_his_number(cast: Cast, leader: Person) -> None:
    """Q4 → Q1, the full mobile: no result, no request button; the log has the search."""
    clerk = browser(cast, "li")
    page = read(clerk, "/addressbook/search/?q=13911112222")
    assert "没有找到" in page and "陆怀瑾" not in page and "添加联系人" not in page
    assert "可申请添加" not in page and "没有找到“陆怀瑾”" in read(clerk, "/addressbook/search/?q=陆怀瑾")
    search = Look.objects.get(kind=Look.Kind.SEARCH)
    assert (search.viewer_name, search.typed, search.hits) == ("李四", "139****2222", 0)
    assert "139****2222" in read(browser(cast, "an"), "/addressbook/looks/?kind=search")


def test_2_a_department_clerk_finds_him_asks_and_may_write_after_consent(cast: Cast, leader: Person) -> None:
    """Q3 → Q1: not in the tree; the full name gives a minimal card with 添加联系人; then chat, masked."""
    clerk, clerk_of_bureau = browser(cast, "shen"), cast.shen.principal(administers=False)
    unit = reverse("addressbook:unit", args=[cast.units["QP-02"].pk])
    assert "陆怀瑾" not in read(clerk, unit)
    assert "没有找到“陆怀”" in read(clerk, "/addressbook/search/?q=陆怀")

    results = read(clerk, "/addressbook/search/?q=陆怀瑾")
    assert "可申请添加的人员" in results and "副区长" not in results
    found = re.search(r'href="(/addressbook/found/[^"]+)"', results)
    assert found is not None
    minimal = read(clerk, found[1])
    assert "添加联系人" in minimal and "陆怀瑾" in minimal
    assert not any(secret in minimal for secret in ("副区长", "021-", "139"))

    assert not replies.may_write(clerk_of_bureau, leader.pk)
    clerk.post(found[1], {"reason": "数据治理专报"})
    asked = read(browser_of(leader), "/addressbook/contacts/")
    assert "沈文清" in asked and "数据治理专报" in asked
    accept = re.search(r'action="(/addressbook/contacts/\d+/accept/)"', asked)
    assert accept is not None
    browser_of(leader).post(accept[1])

    assert replies.may_write(clerk_of_bureau, leader.pk)
    card = read(clerk, reverse("addressbook:person", args=[leader.pk]))
    assert "139****2222" in card and "13911112222" not in card and "查看完整号码" not in card
    assert clerk.get(reverse("addressbook:mobile", args=[leader.pk])).status_code == 403


def test_3_the_highest_of_somebody_s_posts_counts(cast: Cast) -> None:
    """A post in a bureau (Q3) and one as member of a town's party committee (Q2): the tier is Q2."""
    clerk = factories.person(cast, "方圆", unit="QP-0201-01", title="科员")
    assert policy.of(clerk.pk).tier == 3
    post = people.start_post(
        clerk, unit=cast.units["QP-0301"], title="党委委员", kind=Post.Kind.CONCURRENT, actor=SYSTEM
    )
    Post.objects.filter(pk=post.pk).update(is_leader=True)
    refresh_tree()
    clerk.refresh_from_db()
    assert clerk.tier == policy.of(clerk.pk).tier == 2


def test_4_a_hidden_unit_is_neither_there_nor_counted(cast: Cast) -> None:
    """区××专班, hidden for all but 区委办: a Q2 of another unit sees no node, no number, and 404."""
    hidden, office = cast.units["QP-0101-01"], cast.units["QP-0101"]
    hiding = factories.hide(hidden)
    HidingPass.objects.create(hiding=hiding, unit=office)
    factories.persons(cast, ["专甲", "专乙"], unit="QP-0101-01")
    colleague = factories.person(cast, "区委办同事", unit="QP-0101")

    head = browser(cast, "zhao")
    for address in ("/addressbook/", reverse("addressbook:unit", args=[office.pk])):
        assert "专班" not in read(head, address)
    unit = reverse("addressbook:unit", args=[office.pk])
    assert ">1人<" in read(head, unit)
    for name in ("unit", "tree_level", "unit_level", "members"):
        deep = reverse(f"addressbook:{name}", args=[hidden.pk])
        assert head.get(deep).status_code == head.get(deep, headers=FRAGMENT).status_code == 404
    assert "没有找到“专甲”" in read(head, "/addressbook/search/?q=专甲")

    insider = browser_of(colleague)
    assert "专班" in read(insider, unit) and ">4人<" in read(insider, unit)


def test_5_a_street_clerk_reaches_the_leaders_of_his_own_street(cast: Cast) -> None:
    """Q4 → Q2 in the same level-2 unit is DIRECT; in another town he is found by search only."""
    Post.objects.filter(person=cast.zhao.person).update(is_leader=True)
    other = factories.person(cast, "冯立", unit="QP-0302", title="镇长")
    Post.objects.filter(person=other).update(is_leader=True)
    refresh_tree()
    clerk = browser(cast, "li")
    town = read(clerk, reverse("addressbook:unit", args=[cast.units["QP-0301"].pk]))
    assert "赵明远" in town and "镇长" in town
    card = read(clerk, reverse("addressbook:person", args=[cast.zhao.person.pk]))
    assert "021-59720000" in card and "查看完整号码" in card
    assert "冯立" not in read(clerk, reverse("addressbook:unit", args=[cast.units["QP-0302"].pk]))
    assert clerk.get(reverse("addressbook:person", args=[other.pk])).status_code == 404
    assert "可申请添加的人员" in read(clerk, "/addressbook/search/?q=冯立")
