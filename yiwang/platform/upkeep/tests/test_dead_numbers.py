"""Dead numbers (§16, acceptance 3): three failed receipts make a 纠错 for the owner's keepers."""

import pytest
from django.utils import timezone

from tests.cast import Cast
from yiwang.kernel.actor import SYSTEM
from yiwang.platform.messages.actions import sms
from yiwang.platform.messages.gateways.interface import Answer, News
from yiwang.platform.messages.vocabulary import MESSAGE_TEXT
from yiwang.platform.todos.models import Assignment
from yiwang.platform.upkeep.models import Correction

pytestmark = pytest.mark.django_db


def fails(cast: Cast, number: int) -> None:
    """A text that the carrier takes and cannot deliver."""
    person = cast.li.person
    words = {"text": f"第{number}条"}
    key = MESSAGE_TEXT.key
    text = sms.send_text(person.mobile, template_key=key, words=words, person_id=person.pk, actor=SYSTEM)
    sms.settle(text, Answer(carrier_id=f"D{number}"), now=timezone.now(), actor=SYSTEM)
    sms.take_receipt(News(carrier_id=f"D{number}", failure="空号"), now=timezone.now(), actor=SYSTEM)


def test_acceptance_3_after_three_there_is_a_correction(cast: Cast) -> None:
    for number in (1, 2):
        fails(cast, number)
    assert not Correction.objects.exists()
    fails(cast, 3)
    correction = Correction.objects.get()
    assert (correction.person, correction.field, correction.source) == (cast.li.person, "mobile", "sms")
    asked = Assignment.objects.filter(item__biz_id=str(correction.pk)).values_list("person__name", flat=True)
    assert "钱玉芬" in asked  # 分级管理员 of 朱家角镇
    fails(cast, 4)
    assert Correction.objects.count() == 1, "a fourth one joins it"
