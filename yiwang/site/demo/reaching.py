"""A story about a notice that must reach everybody (必达): in progress, with people on every step."""

from collections.abc import Callable

from django.utils import timezone

from yiwang.kernel.actor import SYSTEM
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries.principals import of_account
from yiwang.platform.messages.actions import messages, reach, reach_steps
from yiwang.platform.messages.models import Reach, ReachAsk, ReachLine, Receipt
from yiwang.platform.messages.queries.audience import Audience
from yiwang.platform.org.models import Unit
from yiwang.site.demo.stage import Lacking, Stage

_TOWN = "朱家角镇"
_MOST_ACTING = 60  # receivers who read or confirm, one by one as people do
_MINUTES = (240, 240, 240)  # so long that who looks at it later still finds somebody on every step


def a_typhoon_comes(stage: Stage) -> None:
    """台风防御通知 of the town: some have confirmed, some only read, and units stand on different steps."""
    tang = stage.actor("tang")
    living = Unit.objects.living().filter(path__startswith=stage.unit(_TOWN).path)
    sections = living.filter(parent__short_name=_TOWN, node_type="section").order_by("sort", "pk")[:5]
    committees = living.filter(node_type="residents_committee").order_by("position")[:3]
    units = [*sections, *committees]
    if len(units) < len(_STEPS):
        raise Lacking(_TOWN)
    made = reach.send_must_reach(
        Audience(units=tuple(one.pk for one in units)),
        title="关于做好台风防御工作的紧急通知",
        text="区防汛办已启动防汛防台Ⅲ级响应。请各办公室、居（村）委会负责人立即到岗带班，全面排查低洼积水点、在建工地和高空悬挂物，"
        "做好人员转移准备，18:00前将到岗和排查情况报镇党政办公室。收到请立即确认。",
        urgency=2,
        minutes=_MINUTES,
        actor=tang,
    )
    _people_answer(made)
    for unit, steps in zip(units, _STEPS, strict=False):
        _hasten(made, unit, steps, stage)
    _somebody_calls(made, units[0], stage)
    _somebody_relays(made)


# How many steps the units go, in their order; the rest stays where it began.
_STEPS = (1, 2, 0, 3, 1)


def _people_answer(made: Reach) -> None:
    """Of every four receivers two confirm and one only reads."""
    accounts = dict(
        Account.objects.get_queryset().filter(state=Account.State.ACTIVE).values_list("person_id", "pk")
    )
    receipts = Receipt.objects.filter(message=made.message).order_by("person__position", "pk")
    acting = [one for one in receipts if one.person_id in accounts][:_MOST_ACTING]
    for number, own in enumerate(acting):
        principal = of_account(accounts[own.person_id])
        if principal is None or number % 4 == 3:
            continue
        messages.read(own.pk, actor=principal)
        if number % 4 < 2:
            messages.confirm(own.pk, actor=principal)


def _hasten(made: Reach, unit: Unit, steps: int, stage: Stage) -> None:
    waiting = ReachLine.objects.filter(reach=made, unit=unit, told_how="", receipt__confirmed_at=None)
    for _ in range(steps if waiting.exists() else 0):
        now = timezone.localtime()
        reach.hasten(made.pk, unit_id=unit.pk, actor=stage.actor("tang"), now=now)
        reach_steps.climb(made.pk, now=now, actor=SYSTEM)


def _somebody_calls(made: Reach, unit: Unit, stage: Stage) -> None:
    waiting = ReachLine.objects.filter(reach=made, unit=unit, told_how="", receipt__confirmed_at=None)
    line = waiting.filter(receipt__person__visibility=1).order_by("pk").first()
    if line is not None:
        note = "已接听，正在赶往单位"
        reach.note_called(made.pk, unit.pk, [line.pk], note=note, actor=stage.actor("tang"))


def _somebody_relays(made: Reach) -> None:
    asked = ReachAsk.objects.filter(line__reach=made, part=ReachAsk.Part.CONTACT, line__told_how="")
    first = asked.select_related("line").order_by("pk").first()
    account = Account.objects.get_queryset().filter(person=first.person_id).first() if first else None
    principal = of_account(account.pk) if account else None
    if first is not None and principal is not None:
        reach.note_relayed(made.pk, [first.line_id], note="已当面告知", actor=principal)


STORIES: tuple[Callable[[Stage], None], ...] = (a_typhoon_comes,)
