"""Verification codes: how often, how long, how many tries; nobody else learns them (§16)."""

import datetime
import re

import pytest
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.audit.models import Entry
from yiwang.kernel.errors import Refused
from yiwang.platform.messages import jobs
from yiwang.platform.messages.actions import codes, sms
from yiwang.platform.messages.models import Code, SmsText

pytestmark = pytest.mark.django_db

MOBILE, PURPOSE = "13812345678", "changes.new_mobile"
NOW = datetime.datetime(2026, 11, 24, 10, 0, tzinfo=datetime.UTC)


def after(**period: int) -> datetime.datetime:
    return NOW + datetime.timedelta(**period)


def send(now: datetime.datetime = NOW, mobile: str = MOBILE, purpose: str = PURPOSE) -> str:
    """The code as the phone shows it."""
    codes.send_code(mobile, purpose=purpose, actor=SYSTEM, now=now)
    found = re.search(r"验证码(\d{6})，5分钟内有效", SmsText.objects.latest("id").text)
    assert found is not None
    return found[1]


def check(code: str, now: datetime.datetime = NOW, mobile: str = MOBILE, purpose: str = PURPOSE) -> bool:
    try:
        codes.check_code(mobile, code, purpose=purpose, actor=SYSTEM, now=now)
    except Refused as refused:
        assert (refused.status, refused.fields) == (422, {"code": "验证码不正确或已过期"})
        return False
    return True


def other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_right_code_opens_once() -> None:
    code = send()
    assert not check(other(code))
    assert check(f" {code} ", after(seconds=299))
    assert not check(code, after(seconds=299))


def test_it_is_void_after_five_minutes() -> None:
    assert not check(send(), after(minutes=5))


def test_five_tries() -> None:
    code = send()
    assert [check(other(code)) for _ in range(5)] == [False] * 5
    assert not check(code)


def test_it_is_for_one_number_and_one_purpose() -> None:
    code = send()
    assert not check(code, mobile="13812345679")
    assert not check(code, purpose="accounts.reset_password")
    assert check(code)


def test_a_newer_code_voids_the_older() -> None:
    old = send()
    new = send(after(seconds=60))
    assert old == new or not check(old, after(seconds=61))
    assert check(new, after(seconds=61))


def test_twice_in_thirty_seconds() -> None:
    """§16, acceptance 4: given OTP requested twice in 30 s, then 429 “请60秒后再试”."""
    send()
    lines = Entry.objects.count()
    with pytest.raises(Refused) as refusal:
        codes.send_code(MOBILE, purpose="accounts.reset_password", actor=SYSTEM, now=after(seconds=30))
    assert (refusal.value.status, refusal.value.code) == (429, "E-SMS-01")
    assert refusal.value.message == "请60秒后再试" and refusal.value.retry_after == 30
    assert Code.objects.count() == SmsText.objects.count() == 1 and Entry.objects.count() == lines
    send(after(seconds=30), mobile="13912345678")
    send(after(seconds=60))


def test_five_an_hour_and_ten_a_day() -> None:
    for minute in range(0, 10, 2):
        send(after(minutes=minute))
    with pytest.raises(Refused, match="验证码发送过于频繁，请1小时后再试"):
        send(after(minutes=30))
    for minute in range(60, 70, 2):
        send(after(hours=1, minutes=minute))
    with pytest.raises(Refused, match="今日验证码发送次数已达上限，请明日再试"):
        send(after(hours=20))
    send(after(hours=25))


def test_nothing_is_kept_in_clear() -> None:
    code = send()
    kept = Code.objects.get()
    assert code.encode() not in bytes(kept.code_digest) and MOBILE.encode() not in bytes(kept.mobile_digest)
    assert len(bytes(kept.code_digest)) == len(bytes(kept.mobile_digest)) == 32
    for line in Entry.objects.order_by("-id")[:2]:
        whole = f"{line} {line.changes} {line.target_id} {line.target_title}"
        assert code not in whole and MOBILE not in whole
    assert any("发送了短信验证码138****5678" in str(line) for line in Entry.objects.order_by("-id")[:2])


def test_codes_go_out_at_any_hour(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send(timezone.now())
    assert SmsText.objects.get().state == "delivered"


def test_old_codes_and_their_texts_are_wiped() -> None:
    code = send()
    late = timezone.now() + datetime.timedelta(minutes=11)
    assert sms.hide_secrets(before=late, actor=SYSTEM) == 1
    own = SmsText.objects.get()
    assert code not in own.text and own.is_hidden
    assert sms.hide_secrets(before=late, actor=SYSTEM) == 0
    assert codes.forget_codes(before=after(days=2)) == 1
    jobs.forget_codes()


def test_a_bad_number_gets_none() -> None:
    with pytest.raises(Refused) as refusal:
        codes.send_code("12345", purpose=PURPOSE, actor=SYSTEM)
    assert refusal.value.status == 422 and "mobile" in refusal.value.fields
    assert not Code.objects.exists()
