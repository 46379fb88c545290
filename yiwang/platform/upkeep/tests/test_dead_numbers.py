"""§16, acceptance 3: a number that texts do not reach becomes a 纠错 of who keeps the person's data."""

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.messages.actions import sms
from yiwang.platform.messages.gateways.interface import Answer, News
from yiwang.platform.messages.vocabulary import MESSAGE_TEXT
from yiwang.platform.upkeep.models import Correction

pytestmark = pytest.mark.django_db


def fail(cast: Cast, carrier_id: str) -> None:
    """One more text to li that does not arrive."""
    person, now = cast.li.person, timezone.now()
    text = sms.send_text(
        person.mobile,
        template_key=MESSAGE_TEXT.key,
        words={"text": "请报送材料"},
        person_id=person.pk,
        actor=SYSTEM,
    )
    sms.settle(text, Answer(carrier_id=carrier_id), now=now, actor=SYSTEM)
    sms.take_receipt(News(carrier_id=carrier_id, failure="空号"), now=now, actor=SYSTEM)


def test_a_number_dead_three_times_is_a_task_for_the_unit(cast: Cast) -> None:
    """Given a dead number reported 3 times, then a 纠错 task for the owner's admin exists."""
    for number in range(3):
        assert not Correction.objects.exists()
        fail(cast, f"D{number}")
    assert Correction.objects.get().person == cast.li.person
