"""What messages do by the clock and after commit: hand texts to the carrier, wipe codes.

Also what accounts, which stand below, announce by their hooks and people are told (domain reference §31).
"""

import datetime

from django.urls import reverse
from django.utils import timezone

from yiwang.kernel import template_filters
from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.extension.messages import MessageKind
from yiwang.kernel.validators import mask_mobile
from yiwang.platform.accounts import vocabulary as accounts
from yiwang.platform.accounts.models import (
    Account,
    MobileChange,
    RoleGrant,
    Session,
    Suspension,
    Verification,
)
from yiwang.platform.accounts.queries.roles import holders, holders_in_district, label_of, place_of
from yiwang.platform.clients.queries import callers
from yiwang.platform.messages.actions import (
    batches,
    cards,
    codes,
    deliveries,
    messages,
    reach_steps,
    replies,
    sms,
)
from yiwang.platform.messages.actions.deliveries import Parcel
from yiwang.platform.messages.gateways import letter, pictures
from yiwang.platform.messages.gateways.chosen import gateway, mail_gateway, push_gateway
from yiwang.platform.messages.gateways.interface import Answer, NeverTaken, Unreachable
from yiwang.platform.messages.models import CardPicture, Channel
from yiwang.platform.messages.queries import addresses, reach
from yiwang.platform.messages.queries.addresses import Reached


def text_receivers(message_id: int) -> int:
    """The SMS part of a message."""
    return sms.text_receivers(message_id, actor=SYSTEM)


def dispatch_texts() -> int:
    """Every minute and after each sending: hand over what is due, outside of transactions."""
    handed = 0
    while due := sms.claim_due(now=timezone.now(), actor=SYSTEM):
        for text in due:
            try:
                answer = gateway().send(reference=str(text.row_key), mobile=text.mobile, text=text.text)
            except Unreachable:
                answer = Answer(failure="运营商网关无响应")
            sms.settle(text, answer, now=timezone.now(), actor=SYSTEM)
        handed += len(due)
    return handed


def deliver(message_id: int) -> int:
    """The pushes and e-mails of a message."""
    return deliveries.plan(message_id, now=timezone.localtime(), actor=SYSTEM)


def dispatch_deliveries() -> int:
    """Every minute and after each sending: what is due goes out, outside of transactions."""
    handed = 0
    while due := deliveries.claim_due(now=timezone.now(), actor=SYSTEM):
        reached = addresses.of_persons({one.person_id for one in due})
        for parcel in due:
            failure, is_final = _hand_over(parcel, reached.get(parcel.person_id))
            deliveries.settle(parcel, failure, is_final=is_final, now=timezone.now(), actor=SYSTEM)
        handed += len(due)
    return handed


def _hand_over(parcel: Parcel, to: Reached | None) -> tuple[str, bool]:
    """Why it was not taken, "" when it was; and whether it never would be."""
    if to is None:
        return "账号已注销", True
    try:
        if parcel.channel == Channel.PUSH:
            push_gateway().send(
                reference=parcel.reference,
                account=to.login_name,
                title=parcel.title,
                text=parcel.text,
                url=parcel.url,
            )
        else:
            mail_gateway().send(
                reference=parcel.reference,
                address=to.email,
                subject=parcel.title,
                text=letter.written(parcel.title, parcel.text, name=to.name),
            )
    except Unreachable as problem:
        return str(problem) or "网关无响应", False
    except NeverTaken as problem:
        return str(problem) or "对方拒收", True
    return "", False


def climb() -> int:
    """Every minute and when one is hastened: ladders of 必达 go on, a few hundred receivers at a time."""
    now, climbed = timezone.localtime(), 0
    for reach_id in reach.due(now):
        while some := reach_steps.climb(reach_id, now=now, actor=SYSTEM):
            climbed += some
    reach_steps.end_over(now=now, actor=SYSTEM)
    return climbed


def release_batches() -> int:
    """Every minute and when one is agreed to: batches whose time has come, and those that are through."""
    now, released = timezone.now(), 0
    while batches.release(now=now, actor=SYSTEM):
        released += 1
    batches.finish(now=now, actor=SYSTEM)
    return released


def hear_carrier() -> int:
    """Every minute: receipts and replies; what was never heard of again is given up."""
    now = timezone.now()
    heard = gateway().poll()
    for one in heard:
        if one.carrier_id:
            sms.take_receipt(one, now=now, actor=SYSTEM)
        elif one.mobile:
            replies.take_reply(one, now=now, actor=SYSTEM)
    sms.give_up(now=now, actor=SYSTEM)
    return len(heard)


def forget_codes() -> None:
    """Every ten minutes: texts of codes are wiped when these are void, codes after a day."""
    now = timezone.now()
    sms.hide_secrets(before=now - datetime.timedelta(minutes=10), actor=SYSTEM)
    codes.forget_codes(before=now - datetime.timedelta(days=1))
    cards.forget_codes(now=now)


def follow_card_event(*, event_id: int) -> None:
    """An application was told of an answer to a card, or could not be."""
    cards.follow_delivery(event_id, now=timezone.now())


def fetch_card_pictures(card_id: int) -> None:
    """Copy what is still missing; each picture is asked for once, its failure is kept with it."""
    waiting = CardPicture.objects.filter(card=card_id, state=CardPicture.State.WAITING)
    for one in waiting.select_related("card"):
        found = pictures.fetch(one.url, is_sandbox=callers.is_sandbox(one.card.app))
        cards.keep_picture(
            one,
            kind=found.kind,
            content=found.content,
            failure=found.problem,
            actor=SYSTEM,
            now=timezone.now(),
        )


def _tell(
    kind: MessageKind, account: Account, *more: int, url: str = "", key: str | None = None, **words: str
) -> None:
    """Tell the owner of an account, and these persons too."""
    to = [account.person_id, *more]
    messages.send(kind, to=to, about=account, words=words, actor=SYSTEM, url=url, dedupe_key=key)


def tell_verified(*, account: Account, verification: Verification) -> None:
    """您的账号已开通，请在7日内激活: only to who has not used it yet."""
    if account.state == Account.State.INACTIVE:
        _tell(accounts.TOLD_OPENED, account, url=reverse("accounts:card"))


def tell_verification_failed(*, account: Account, verification: Verification) -> None:
    """The administrators of his unit correct what is wrong, or ask again; he himself gets no text."""
    unit = account.person.unit or account.sponsor_unit
    is_stuck = verification.outcome == Verification.Outcome.SERVICE_ERROR
    kind = accounts.TOLD_STUCK if is_stuck else accounts.TOLD_FAILED
    administrators = holders(accounts.GRADED_ADMINISTRATOR.key, unit) if unit else []
    messages.send(
        kind,
        to=[one.person_id for one in administrators],
        about=account,
        words={"name": account.person.name, "outcome": verification.get_outcome_display()},
        actor=SYSTEM,
        url=reverse("console:account", args=[account.pk]),
    )


def tell_locked(*, account: Account) -> None:
    """Somebody tried five wrong passwords."""
    _tell(accounts.TOLD_LOCKED, account)


def tell_device(*, account: Account, session: Session) -> None:
    """A login from a terminal that was not seen before."""
    words = {"at": template_filters.date_and_time(session.created_at), "device": session.device}
    _tell(accounts.TOLD_DEVICE, account, url=reverse("accounts:devices"), **words)


def tell_suspended(*, account: Account, suspension: Suspension) -> None:
    """His account was barred, perhaps with its last day."""
    _tell(accounts.TOLD_SUSPENDED, account, until=f"至{suspension.ends_on}" if suspension.ends_on else "")


def tell_resumed(*, account: Account) -> None:
    """He may log in again."""
    _tell(accounts.TOLD_RESUMED, account)


def tell_temporary_ending(*, account: Account, workdays: int) -> None:
    """Seven working days and one before the end, to sponsor and vendor, once each."""
    key = f"temporary_ending:{account.pk}:{account.expires_on}:{workdays}"
    day = template_filters.date(account.expires_on)
    _tell_both(accounts.TOLD_ENDING, account, key=key, day=day)


def tell_temporary_expired(*, account: Account) -> None:
    """At 24:00 of the last day, to sponsor and vendor."""
    _tell_both(accounts.TOLD_EXPIRED, account)


def _tell_both(kind: MessageKind, account: Account, *, key: str | None = None, **words: str) -> None:
    sponsor = [account.sponsor_id] if account.sponsor_id else []
    _tell(kind, account, *sponsor, key=key, name=account.person.name, vendor=account.vendor_name, **words)


def tell_mobile_changed(*, account: Account, change: MobileChange) -> None:
    """To the new number; a number that was taken over is gone from the one who had it."""
    _tell(
        accounts.TOLD_MOBILE,
        account,
        url=reverse("accounts:card"),
        old=mask_mobile(change.former) if change.former else "空",
        new=mask_mobile(change.mobile),
    )


def tell_mobile_refused(*, account: Account, change: MobileChange) -> None:
    """The service did not let the new number pass."""
    _tell(accounts.TOLD_MOBILE_FAILED, account, url=reverse("accounts:card"), reason=change.failure)


def tell_mobile_wanted(*, account: Account, change: MobileChange) -> None:
    """To who has the number so far: not by SMS, for the other one holds the telephone."""
    _tell(accounts.TOLD_WANTED, account, url=reverse("accounts:card"), mobile=mask_mobile(change.mobile))


def tell_role_proposed(*, given: RoleGrant) -> None:
    """Who may confirm the appointment: security and system administrators, but for the two concerned."""
    who = (accounts.SECURITY_ADMINISTRATOR, accounts.SYSTEM_ADMINISTRATOR)
    found = {one.person_id: one.account_id for role in who for one in holders_in_district(role.key)}
    concerned = (given.granted_by_id, given.account_id)
    messages.send(
        accounts.TOLD_PROPOSED,
        to=[person for person, account in found.items() if account not in concerned],
        about=given.account,
        words={
            "name": given.account.person.name,
            "role": label_of(given.role),
            "basis": given.basis,
            "proposer": given.granted_by_name,
        },
        actor=SYSTEM,
        url=reverse("console:role", args=[given.pk]),
    )


def tell_role_granted(*, given: RoleGrant) -> None:
    """The person; not of what the platform itself set up when it was installed."""
    if given.granted_by_id is not None:
        words = {
            "role": label_of(given.role),
            "place": place_of(given),
            "since": given.valid_from.isoformat(),
        }
        _tell(accounts.TOLD_ROLE, given.account, url=reverse("accounts:card"), **words)


def tell_role_refused(*, given: RoleGrant) -> None:
    """Who proposed the appointment."""
    if given.granted_by_id is not None:
        proposer = Account.objects.select_related("person").get(pk=given.granted_by_id)
        words = {"name": given.account.person.name, "role": label_of(given.role), "reason": given.end_reason}
        _tell(accounts.TOLD_NOT_CONFIRMED, proposer, url=reverse("console:role", args=[given.pk]), **words)


def tell_role_ended(*, given: RoleGrant) -> None:
    """The person, once it was in force."""
    if not given.is_pending:
        words = {"role": label_of(given.role), "place": place_of(given), "reason": given.end_reason}
        _tell(accounts.TOLD_ROLE_ENDED, given.account, url=reverse("accounts:card"), **words)
