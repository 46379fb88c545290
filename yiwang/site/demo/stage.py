"""Who acts in the stories of the demonstration, on whom, and the acts they share: all through actions."""

import datetime
from typing import Any

from django.db.models import Model

from yiwang.kernel.actor import SYSTEM
from yiwang.kernel.workdays import queries as workdays
from yiwang.platform.accounts.actions import verification
from yiwang.platform.accounts.gateways.realname import Answer
from yiwang.platform.accounts.models import Account, RoleGrant, Verification
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.queries.principals import Principal, of_account
from yiwang.platform.approvals.actions import tasks
from yiwang.platform.approvals.models import Task
from yiwang.platform.changes.actions import person_effect, person_operation
from yiwang.platform.changes.models import PersonOperation
from yiwang.platform.changes.rules.operation_content import Content
from yiwang.platform.org.models import Person, Post, Unit
from yiwang.site.demo import numbers
from yiwang.site.demo.cast import CAST

_NAMES = (
    *("沈知行", "陆星野", "顾念慈", "许安然", "程砚秋", "苏晚晴", "叶青禾", "傅云舟", "江予安", "秦月白"),
    *("古丽娜尔·艾力", "白景和", "夏书言", "乔若谷", "温以宁", "孟怀瑜", "祝清和", "卫长风"),
)
_BORN = datetime.date(2003, 5, 18)  # younger than anybody of the district, so that no number is given twice
_FIRST_MOBILE = 600_000_000


class Lacking(Exception):
    """A small district has not the people that a story needs."""


class Stage:
    """A day in the district. Each person is taken for one story only."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self._taken: set[int] = set()
        self._names = iter(_NAMES)
        self._ids = numbers.IdNumbers()
        self._mobiles = iter(range(_FIRST_MOBILE, _FIRST_MOBILE + 1_000))

    def ago(self, days: int) -> datetime.date:
        """So many working days before today."""
        return workdays.add_workdays(self.today, -days)

    def ahead(self, days: int) -> datetime.date:
        return workdays.add_workdays(self.today, days)

    # --- who and where

    def actor(self, login: str) -> Principal:
        """One of the cast, in administration mode if he is an administrator."""
        return self._principal(Account.objects.get_queryset().get(login_name=login).pk)

    def administrator(self, unit: Unit) -> Principal:
        """The unit's 分级管理员."""
        found = roles.holders("accounts.graded_administrator", unit)
        if not found:
            raise Lacking(unit.short_name)
        return self._principal(found[0].account_id)

    @staticmethod
    def _principal(account_id: int) -> Principal:
        found = of_account(account_id)
        if found is None:
            raise Lacking(str(account_id))
        return found

    @staticmethod
    def unit(department: str, *below: str) -> Unit:
        """By its short names from the level-2 unit down."""
        found = Unit.objects.living().get(level=2, short_name=department)
        for name in below:
            found = Unit.objects.living().get(parent=found, short_name=name)
        return found

    def somebody(self, unit: Unit, **more: Any) -> Person:
        """Somebody of that branch without an office, in the maintained order, who is in no other story."""
        played = Account.objects.filter(login_name__in=[part.login for part in CAST]).values("person")
        trusted = RoleGrant.objects.living().values("account__person")
        fit = (
            Person.objects.filter(
                unit_path__gte=unit.path,
                unit_path__lt=unit.path + "~",
                status=Person.Status.ON_POST,
                visibility=1,
                **more,
            )
            .exclude(pk__in=played)
            .exclude(pk__in=trusted)
            .exclude(name__in=_NAMES)
        )
        several = Post.objects.filter(is_living=True).exclude(kind=Post.Kind.MAIN).values("person")
        leads = Post.objects.filter(is_living=True, is_leader=True).values("person")
        heads = Post.objects.filter(is_living=True, is_head=True).values("person")
        fit = fit.exclude(pk__in=several).exclude(pk__in=leads).exclude(pk__in=heads)
        person = fit.exclude(pk__in=self._taken).select_related("unit").order_by("position", "pk").first()
        if person is None:
            raise Lacking(unit.short_name)
        self._taken.add(person.pk)
        return person

    def newcomer(self, *, is_refused: bool = False, **more: Any) -> dict[str, Any]:
        """Facts of somebody new. is_refused: the real-name service does not know the name to the number."""
        return {
            "name": next(self._names),
            "id_number": self._number(is_refused=is_refused),
            "mobile": self._mobile(),
            "category": "contracted",
            "establishment": "contract",
            "office_phone": "021-59720000",
            **more,
        }

    def _number(self, *, is_refused: bool) -> str:
        """How an identity number ends decides what the simulator says of it."""
        while True:
            number, _ = self._ids.take(_BORN, is_male=True)
            if (number[-1] == "0") == is_refused and number[-1] != "5":
                return number

    def _mobile(self) -> str:
        fit = (one for one in map(numbers.mobile, self._mobiles) if not one.endswith(("0000", "4444")))
        return next(fit)

    # --- acts

    def content(self, kind: str, **said: Any) -> Content:
        given = {"change_date": self.ago(2), "effective_on": self.today, "basis": self._paper(kind)}
        return Content(kind=kind, **{**given, **said})

    def _paper(self, kind: str) -> str:
        return f"朱委组〔{self.today.year}〕{len(self._taken) + 3}号" if kind != "deregister" else ""

    def write(self, content: Content, by: Principal, *, submits: bool = True) -> PersonOperation:
        """An application, as a draft or sent into its review."""
        return person_operation.write(content, actor=by, submits=submits, today=self.today)

    def reviewer(self, about: Model) -> tuple[Task, Principal] | None:
        """The open step of its review, and who may decide it."""
        kind = about._meta.label_lower
        found = Task.objects.filter(
            instance__subject_type=kind, instance__subject_id=str(about.pk), state=Task.State.OPEN
        )
        task = found.order_by("pk").first()
        if task is None:
            return None
        account = Account.objects.get_queryset().get(person=task.person_id, state=Account.State.ACTIVE)
        return task, self._principal(account.pk)

    def agree(self, about: Model, steps: int = 9, opinion: str = "同意") -> None:
        """The next reviewers agree, all of them unless a number is given."""
        for _ in range(steps):
            found = self.reviewer(about)
            if found is None:
                return
            task, actor = found
            tasks.open_task(task, actor=actor)
            tasks.agree(task, opinion=opinion, actor=actor)

    def send_back(self, about: Model, opinion: str) -> None:
        found = self.reviewer(about)
        if found is not None:
            tasks.send_back(found[0], to_step=None, opinion=opinion, actor=found[1])

    def disagree(self, about: Model, opinion: str) -> None:
        found = self.reviewer(about)
        if found is not None:
            tasks.disagree(found[0], opinion=opinion, actor=found[1])

    def effect(self, operation: PersonOperation, outcome: str = Verification.Outcome.PASSED) -> None:
        """Reviewed to the end, in effect today; the identity service answers if it is asked."""
        self.agree(operation)
        person_effect.apply_one(operation.pk, today=self.today, actor=SYSTEM)
        person_id = PersonOperation.objects.values_list("person", flat=True).get(pk=operation.pk)
        question = Verification.objects.filter(account__person=person_id, outcome="").first()
        if question is not None:
            reference = f"SIM-{question.pk:08}"
            verification.settle(question, Answer(outcome, reference, is_simulated=True), actor=SYSTEM)
