"""§16, acceptance 3: a number that texts do not reach becomes a 纠错 of who keeps the person's data."""

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.messages.actions import sms
from yiwang.platform.messages.gateways.interface import Answer, News
from yiwang.platform.messages.vocabulary import MESSAGE_TEXT
from yiwang.platform.todos.models import Item
from yiwang.platform.upkeep.models import Correction
from yiwang.platform.upkeep.tests.people import as_member

pytestmark = pytest.mark.django_db


def fail(cast: Cast, carrier_id: str, failure: str = "空号") -> None:
    """One more text to li that does not arrive; without a failure, one that does."""
    person, now = cast.li.person, timezone.now()
    text = sms.send_text(
        person.mobile,
        template_key=MESSAGE_TEXT.key,
        words={"text": "请报送材料"},
        person_id=person.pk,
        actor=SYSTEM,
    )
    sms.settle(text, Answer(carrier_id=carrier_id), now=now, actor=SYSTEM)
    sms.take_receipt(News(carrier_id=carrier_id, failure=failure), now=now, actor=SYSTEM)


def test_a_number_dead_three_times_is_a_task_for_the_unit(cast: Cast) -> None:
    """Given a dead number reported 3 times, then a 纠错 task for the owner's admin exists."""
    for number in range(3):
        assert not Correction.objects.exists()
        fail(cast, f"D{number}")
    found = Correction.objects.get()
    assert (found.person, found.field, found.get_source_display()) == (cast.li.person, "mobile", "短信回执")
    assert [one.wrong for one in found.given.all()] == ["短信回执：空号"]
    task = Item.objects.filter(app="upkeep", state=Item.State.OPEN, biz_id=str(found.pk))
    assert set(task.values_list("assignments__person__name", flat=True)) == {"钱玉芬", "唐静宜"}
    page = as_member(cast, "qian").get("/upkeep/corrections/").content.decode()
    assert found.number and found.number in page and "李四" in page
    assert found.number not in as_member(cast, "gu").get("/upkeep/corrections/").content.decode()


def test_further_failures_are_the_same_task(cast: Cast) -> None:
    for number in range(5):
        fail(cast, f"D{number}")
    assert Correction.objects.get().reports == 1


def test_a_text_that_arrives_begins_the_count_anew(cast: Cast) -> None:
    for carrier_id, failure in (("D1", "空号"), ("D2", "空号"), ("D3", ""), ("D4", "空号"), ("D5", "空号")):
        fail(cast, carrier_id, failure)
    assert not Correction.objects.exists()
    fail(cast, "D6")
    assert Correction.objects.count() == 1
