"""Verification codes: six digits by SMS prove that a mobile number is one's own (domain reference §16)."""

import datetime
import secrets

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid
from yiwang.kernel.validators import Invalid, mask_mobile
from yiwang.kernel.validators import mobile as checked_mobile
from yiwang.platform.messages import rules
from yiwang.platform.messages.actions import sms
from yiwang.platform.messages.models import Code
from yiwang.platform.messages.queries import codes
from yiwang.platform.messages.vocabulary import CODE_SENT, CODE_TEXT

WRONG = "验证码不正确或已过期"


@transaction.atomic
def send_code(mobile: str, *, purpose: str, actor: Actor, now: datetime.datetime | None = None) -> None:
    """Send a fresh code; an older one for the same purpose is void.

    Once a minute, five times an hour and ten times a day for each number, whatever it is for.
    """
    number, moment = _number(mobile), now or timezone.now()
    database.lock("messages.codes")
    digest = codes.mobile_digest(number)
    sent = codes.sent_times(digest, since=moment - rules.CODE_DAY)
    wait = rules.code_wait(sent, now=moment)
    if wait is not None:
        message, seconds = wait
        raise Refused(message, status=429, code="E-SMS-01", retry_after=seconds)

    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}d}"
    salt = secrets.token_bytes(16)
    codes.living(digest, purpose, now=moment).update(expires_at=moment)
    Code.objects.create(
        mobile_digest=digest,
        purpose=purpose,
        salt=salt,
        code_digest=codes.code_digest(digest, purpose, salt, code),
        sent_at=moment,
        expires_at=moment + rules.CODE_LIFE,
    )

    audit.record(CODE_SENT, ("messages.code", "", mask_mobile(number)), actor=actor)
    minutes = str(int(rules.CODE_LIFE.total_seconds()) // 60)
    sms.send_text(number, template_key=CODE_TEXT.key, words={"code": code, "minutes": minutes}, actor=actor)


def check_code(
    mobile: str, code: str, *, purpose: str, actor: Actor, now: datetime.datetime | None = None
) -> None:
    """Use a code up. Refuses with 422 when it is wrong, old, used or was guessed at five times.

    Call it before your own transaction, not inside: a wrong try must be counted whatever follows.
    """
    number, moment = _number(mobile), now or timezone.now()
    if not _try(codes.mobile_digest(number), code.strip(), purpose, moment):
        raise invalid("code", WRONG)


@transaction.atomic(durable=True)
def _try(digest: bytes, code: str, purpose: str, now: datetime.datetime) -> bool:
    sent = codes.living(digest, purpose, now=now).select_for_update().order_by("-sent_at").first()
    if sent is None or sent.tries >= rules.CODE_TRIES:
        return False
    good = secrets.compare_digest(
        bytes(sent.code_digest), codes.code_digest(digest, purpose, bytes(sent.salt), code)
    )
    sent.tries += 1
    sent.used_at = now if good else None
    sent.save(update_fields=["tries", "used_at"])
    return good


def _number(mobile: str) -> str:
    try:
        return checked_mobile(mobile)
    except Invalid as error:
        raise invalid("mobile", str(error)) from error


def forget_codes(*, before: datetime.datetime) -> int:
    """Drop old codes; they are of no use once the day's count is over."""
    return Code.objects.filter(sent_at__lt=before).delete()[0]
