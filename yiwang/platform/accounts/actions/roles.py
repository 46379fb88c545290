"""Giving and taking roles (domain reference §0.7, §19.2, §29).

Locks are taken in one order: the tree (shared), counting heads (by acts on persons), the account, counting
roles, the grants of the unit.
"""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import SYSTEM, Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.extension.audit import AuditVerb
from yiwang.kernel.extension.permissions import Scope
from yiwang.kernel.extension.roles import Role, roles
from yiwang.platform.accounts import hooks, rules
from yiwang.platform.accounts.models import Account, RoleGrant
from yiwang.platform.accounts.queries import accounts, role_seals
from yiwang.platform.accounts.queries.principals import announce_change
from yiwang.platform.accounts.queries.roles import called, in_force_at, living_of
from yiwang.platform.accounts.vocabulary import (
    CONFIRM,
    GRADED_ADMINISTRATOR,
    GRANT,
    ROLE_CONFIRMED,
    ROLE_ENDED,
    ROLE_GRANTED,
    ROLE_PROPOSED,
    ROLE_REFUSED,
    ROLE_WITHDRAWN,
    SYSTEM_ADMINISTRATOR,
)
from yiwang.platform.org.models import Post, Unit
from yiwang.platform.org.models.unit import DEPARTMENT_LEVEL

SEPARATION_TEXT = "系统管理员、安全管理员、审计管理员不得由同一人担任"
_KINDS = {
    SYSTEM_ADMINISTRATOR.key: Account.Kind.SYSTEM_ADMINISTRATOR,
    GRADED_ADMINISTRATOR.key: Account.Kind.GRADED_ADMINISTRATOR,
}


@transaction.atomic
def grant_role(
    account: Account,
    *,
    role: str,
    unit: Unit | None,
    actor: Actor,
    reason: str,
    basis: str = "",
    post: Post | None = None,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    includes_below: bool = True,
) -> RoleGrant:
    """Give an account a role at a unit; unit None is the whole district.

    A role that needs two persons waits for the second one, unless the platform itself sets it up.
    """
    database.share("org.tree")
    account = _locked(account)
    if role not in roles:
        raise invalid("role", "没有这个角色")
    kind = roles.get(role)
    _require_not_own(actor, account)
    require_right(rules.can_grant_role(actor, account, kind, unit), GRANT.label)
    _check_account(account)
    _check_place(kind, unit)
    day = valid_from or timezone.localdate()
    if valid_to is not None and valid_to < day:
        raise invalid("valid_to", "结束时间应晚于开始时间", code="E-DATE-01")
    is_pending = kind.needs_two and actor.account_id is not None
    if is_pending and not basis.strip():
        raise invalid("basis", "请填写任命文件的文号")
    _check_post(account, post)
    if kind.most_per_unit:
        database.lock("accounts.roles")  # those who will come are counted too, not only those who are there
    _lock_place(kind, unit)
    _check_others(account, kind, unit)

    given = RoleGrant(
        account=account,
        role=role,
        unit=unit,
        includes_below=includes_below,
        post=post,
        valid_from=day,
        valid_to=valid_to,
        basis=basis.strip(),
        reason=reason.strip(),
        granted_by_id=actor.account_id,
        granted_by_name=actor.name,
        is_pending=is_pending,
        confirmed_by_name=actor.name if kind.needs_two and not is_pending else "",
        confirmed_at=timezone.now() if kind.needs_two and not is_pending else None,
    )
    _insert(given)
    settle_kind(account)
    _remember(ROLE_PROPOSED if is_pending else ROLE_GRANTED, given, actor, reason, [None, _period(given)])
    announce = hooks.role_proposed if is_pending else hooks.role_granted
    announce(given=given)
    return given


def _locked(account: Account) -> Account:
    rows = Account.objects.select_for_update(of=("self",)).select_related("person")
    return rows.get(pk=account.pk)


def _require_not_own(actor: Actor, account: Account) -> None:
    text = "不能授予或收回本人的角色，请由其他管理员办理"
    require(actor.account_id is None or actor.account_id != account.pk, text, status=403, code="E-PERM-01")


def _check_account(account: Account) -> None:
    if account.kind == Account.Kind.TEMPORARY:
        raise invalid("account", "临时账号不能担任角色")
    text = f"当前状态为“{account.get_state_display()}”，不能执行“授予角色”"
    require(account.state not in (Account.State.CLOSED, Account.State.EXPIRED), text, code="E-STATE-01")


def _check_place(kind: Role, unit: Unit | None) -> None:
    if kind.widest is Scope.DISTRICT:
        if unit is not None:
            raise invalid("unit", f"“{kind.label}”面向全区，不能指定单位")
        return
    if unit is None:
        raise invalid("unit", f"“{kind.label}”须指定单位")
    if unit.level < DEPARTMENT_LEVEL:
        raise invalid("unit", "请选择单位，不能选择区或分类")
    text = f"当前状态为“{unit.get_status_display()}”，不能执行“授予角色”"
    require(unit.status == Unit.Status.ACTIVE, text, code="E-STATE-01")


def _check_post(account: Account, post: Post | None) -> None:
    if post is not None and (post.person_id != account.person_id or not post.is_living):
        raise invalid("post", "请选择本人的现任职务")


def _lock_place(kind: Role, unit: Unit | None) -> None:
    """Nobody else changes who holds the role there until this transaction ends."""
    if not kind.most_per_unit and not kind.least_per_unit:
        return
    living = RoleGrant.objects.living().filter(role=kind.key, unit=unit)
    list(living.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _check_others(account: Account, kind: Role, unit: Unit | None) -> None:
    own = living_of(account)
    for other in own:
        word = roles.get(other.role).exclusive if other.role in roles else ""
        require(not kind.exclusive or other.role == kind.key or word != kind.exclusive, SEPARATION_TEXT)
    here = [other for other in own if other.role == kind.key and other.unit_id == (unit.pk if unit else None)]
    require(not here, "该人员已有此角色")
    if kind.most_per_unit:
        count = RoleGrant.objects.living().filter(role=kind.key, unit=unit).count()
        text = f"每个单位最多设{kind.most_per_unit}名{kind.label}"
        require(count < kind.most_per_unit, text)


def _insert(given: RoleGrant) -> None:
    given.seal = role_seals.seal(given)
    try:
        with transaction.atomic():
            given.save(force_insert=True)
    except IntegrityError as error:  # what the checks before could not see yet
        text = SEPARATION_TEXT if "accounts_role_separation" in str(error) else "该人员已有此角色"
        raise Refused(text, status=409) from error


def settle_kind(account: Account) -> None:
    """The type of the account follows the roles in force (R1-9)."""
    if account.kind == Account.Kind.TEMPORARY:
        return
    held = {one.role for one in living_of(account) if not one.is_pending}
    kind = next((kind for role, kind in _KINDS.items() if role in held), Account.Kind.USER)
    if account.kind != kind:
        account.kind = kind
        account.save(update_fields=["kind"])


def _period(given: RoleGrant) -> str:
    return f"{given.valid_from} 至 {given.valid_to or '长期'}"


def _remember(verb: AuditVerb, given: RoleGrant, actor: Actor, reason: str, period: list[str | None]) -> None:
    audit.record(verb, given, actor=actor, reason=reason, title=called(given), changes={"任期": period})
    announce_change(given.account_id)


@transaction.atomic
def confirm_role(given: RoleGrant, *, actor: Actor) -> RoleGrant:
    """Be the second person of an appointment (确认任命): from now on it brings its rights."""
    given = _pending(given, actor, "确认")
    given.is_pending = False
    given.confirmed_by_id, given.confirmed_by_name = actor.account_id, actor.name
    given.confirmed_at = timezone.now()
    store(given, "is_pending", "confirmed_by_id", "confirmed_by_name", "confirmed_at")
    settle_kind(given.account)
    _remember(ROLE_CONFIRMED, given, actor, given.basis, [None, _period(given)])
    hooks.role_granted(given=given)
    return given


@transaction.atomic
def refuse_role(given: RoleGrant, *, actor: Actor, reason: str) -> RoleGrant:
    """Decline an appointment; it never takes effect."""
    given = _pending(given, actor, "不予确认")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    _end(given, actor=actor, reason=reason)
    _remember(ROLE_REFUSED, given, actor, reason, [_period(given), None])
    hooks.role_refused(given=given)
    return given


def _pending(given: RoleGrant, actor: Actor, act: str) -> RoleGrant:
    given = _relocked(given)
    require_right(rules.can_confirm(actor, given), CONFIRM.label)
    word = "已终止" if given.ended_at else "生效"
    text = f"当前状态为“{word}”，不能执行“{act}”"
    require(given.is_pending and given.ended_at is None, text, code="E-STATE-01")
    return given


def _relocked(given: RoleGrant) -> RoleGrant:
    database.share("org.tree")
    account = _locked(given.account)
    rows = RoleGrant.objects.select_for_update(of=("self",)).select_related("unit", "post")
    given = rows.get(pk=given.pk)
    given.account = account
    return given


def store(given: RoleGrant, *fields: str) -> None:
    """Save what has changed, sealed anew; part of another action, which records."""
    given.seal = role_seals.seal(given)
    given.save(update_fields=[*fields, "seal"])


def _end(given: RoleGrant, *, actor: Actor, reason: str) -> None:
    given.ended_at, given.ended_by_name, given.end_reason = timezone.now(), actor.name, reason.strip()
    store(given, "ended_at", "ended_by_name", "end_reason")
    settle_kind(given.account)


@transaction.atomic
def withdraw_role(given: RoleGrant, *, actor: Actor, reason: str) -> RoleGrant:
    """Take a role back (收回), or a proposal that waits; it stays in the history."""
    database.share("org.tree")
    account = _locked(given.account)
    if given.role in roles:
        _lock_place(roles.get(given.role), given.unit)
    given = RoleGrant.objects.select_for_update(of=("self",)).select_related("unit").get(pk=given.pk)
    given.account = account
    _require_not_own(actor, account)
    if given.role in roles:
        require_right(rules.can_grant_role(actor, account, roles.get(given.role), given.unit), GRANT.label)
    else:
        require_right(actor.allows(GRANT.key), GRANT.label)
    require(given.ended_at is None, "当前状态为“已终止”，不能执行“收回”", code="E-STATE-01")
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    _require_another(given)
    _end(given, actor=actor, reason=reason)
    _remember(ROLE_WITHDRAWN, given, actor, reason, [_period(given), None])
    hooks.role_ended(given=given)
    return given


def _require_another(given: RoleGrant) -> None:
    """The last one stays, where there is one who can work (E-PER-04). Called with the place locked."""
    kind = roles.get(given.role) if given.role in roles else None
    if kind is None or not kind.least_per_unit:
        return
    if given.unit is not None and given.unit.status == Unit.Status.REVOKED:
        return
    able = [one.account_id for one in in_force_at(given.role, given.unit, today=timezone.localdate())]
    others = [one for one in able if one != given.account_id]
    place = "本单位" if given.unit_id else "全区"
    enough = given.account_id not in able or len(others) >= kind.least_per_unit
    require(enough, f"{place}至少保留一名{kind.label}", code="E-PER-04")


def require_not_last(account: Account) -> None:
    """Refuse what would leave a unit without its last administrator: suspending or closing the account.

    Part of another action, which holds the account's row.
    """
    for given in living_of(account):
        if given.role in roles:
            _lock_place(roles.get(given.role), given.unit)
            _require_another(given)


@transaction.atomic
def end_roles_of_post(post: Post, *, actor: Actor = SYSTEM) -> int:
    """End what was held in a post, or in the unit that the person has left; returns how many."""
    account = accounts.living_of(post.person_id)
    if account is None:
        return 0
    account = _locked(account)
    serving = Post.objects.filter(person_id=post.person_id, is_living=True)
    paths = list(serving.values_list("unit__path", flat=True))
    if post.moving_to is not None:
        paths.append(post.moving_to.path)
    left = [
        one
        for one in living_of(account)
        if one.post_id == post.pk or (one.post_id is None and _has_left(one, post, paths))
    ]
    for given in left:
        if given.role in roles:
            _lock_place(roles.get(given.role), given.unit)
        _require_another(given)
    return _end_all(left, actor=actor, reason="任职结束")


def _has_left(given: RoleGrant, ended: Post, paths: list[str]) -> bool:
    """Without any post all roles end; else those of the unit that he served in and serves in no more."""
    if not paths or given.unit is None:
        return not paths
    served = ended.unit.path.startswith(given.unit.path) or given.unit.path.startswith(ended.unit.path)
    return served and not any(path.startswith(given.unit.path) for path in paths)


def _end_all(given: list[RoleGrant], *, actor: Actor, reason: str) -> int:
    for one in given:
        end_role(one, actor=actor, reason=reason)
    return len(given)


def end_role(given: RoleGrant, *, actor: Actor, reason: str) -> None:
    """Let a role end without asking anybody; part of another action that has locked its account."""
    _end(given, actor=actor, reason=reason)
    _remember(ROLE_ENDED, given, actor, reason, [_period(given), None])
    hooks.role_ended(given=given)


@transaction.atomic
def end_roles_of_unit(unit: Unit, *, actor: Actor = SYSTEM, reason: str = "机构撤销") -> int:
    """End all roles at a unit that is dissolved or merged, the last administrator's too; returns how many.

    A merger calls this before it moves the people, so that the last administrator does not hold it up.
    """
    here = RoleGrant.objects.living().filter(unit=unit).order_by("account_id", "pk")
    holding = list(here.values_list("account_id", flat=True).distinct())
    list(Account.objects.select_for_update(of=("self",)).filter(pk__in=holding).order_by("pk"))
    given = list(here.select_for_update(of=("self",)).select_related("account__person", "unit"))
    return _end_all(given, actor=actor, reason=reason)


@transaction.atomic
def end_roles_of_account(account: Account, *, actor: Actor, reason: str) -> int:
    """End all roles of an account that is closed; part of closing it, which has asked about the last one."""
    return _end_all(living_of(account), actor=actor, reason=reason)


@transaction.atomic
def end_roles_by_date(*, today: datetime.date | None = None, actor: Actor = SYSTEM) -> int:
    """End roles whose last day is over; returns how many."""
    day = today or timezone.localdate()
    due = RoleGrant.objects.living().filter(valid_to__lt=day).select_related("account__person", "unit")
    ended = 0
    for given in due.select_for_update(of=("self",), skip_locked=True).order_by("account_id", "pk"):
        _locked(given.account)
        ended += _end_all([given], actor=actor, reason="任期届满")
    return ended
