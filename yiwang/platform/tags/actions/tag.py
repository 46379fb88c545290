"""The life of a tag: made, edited, ended, used again, deleted (domain reference §4)."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require_right
from yiwang.platform.org.models import Unit
from yiwang.platform.org.models.viewer import Viewer
from yiwang.platform.tags.actions import feed, telling
from yiwang.platform.tags.actions.locking import locked, require_state
from yiwang.platform.tags.models import Tag
from yiwang.platform.tags.queries import groups, members, words
from yiwang.platform.tags.queries.rules import checked
from yiwang.platform.tags.rules import language
from yiwang.platform.tags.rules import tag as rules
from yiwang.platform.tags.rules import words as word_rules
from yiwang.platform.tags.vocabulary import DELETED, EDITED, MADE, MANAGE, RESUMED, SUSPENDED

State = Tag.State
SAME_NAME = "本单位已存在同名标签"
_Stated = tuple[str, str, str, str, datetime.date | None, datetime.date | None]


@transaction.atomic
def make_tag(
    unit: Unit,
    *,
    name: str,
    actor: Actor,
    group: str = "",
    note: str = "",
    rule: Mapping[str, Any] | None = None,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    sensitivity: str = "",
    viewer: Viewer | None = None,
) -> Tag:
    """Add a tag (添加标签): static without a rule, dynamic with one.

    viewer: who must be able to see every unit that the rule names.
    """
    require_right(rules.can_make(actor, unit), MANAGE.label)
    stated = _stated((name, group, note, sensitivity, valid_from, valid_to))
    read = _read(rule, viewer) if rule is not None else None
    tag = Tag(
        unit=unit,
        kind=Tag.Kind.STATIC if read is None else Tag.Kind.DYNAMIC,
        rule=None if read is None else language.write(read),
        client_id=getattr(actor, "client_id", ""),
        made_by_name=actor.name,
        changed_by_name=actor.name,
        **stated,
    )
    _save(tag)
    audit.record(MADE, tag, actor=actor, changes=_changes({}, _facts(tag)))
    feed.follow(tag)
    return tag


def _read(rule: Mapping[str, Any], viewer: Viewer | None) -> language.Rule:
    found = language.read(rule)
    return found if viewer is None else checked(found, viewer)


def _stated(given: _Stated) -> dict[str, Any]:
    """What is said of a tag, checked."""
    name, group, note, sensitivity, valid_from, valid_to = given
    called = " ".join(name.split())
    if not called:
        raise invalid("name", "请填写标签名称")
    if len(called) > Tag._meta.get_field("name").max_length:  # type: ignore[operator]
        raise invalid("name", "标签名称最多30个字")
    today = timezone.localdate()
    if valid_to is not None and valid_to < max(today, valid_from or today):
        late = valid_from is not None and valid_to < valid_from
        text = "结束时间应晚于开始时间" if late else "失效日期不能早于今天"
        raise invalid("valid_to", text, code="E-DATE-01")
    harmless = word_rules.require_harmless((called, group, note), sensitivity, words.listed())
    return {
        "name": called,
        "group": " ".join(group.split()),
        "note": note.strip(),
        "sensitivity": harmless,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def _save(tag: Tag) -> None:
    """The database decides who has the name."""
    try:
        with transaction.atomic():
            tag.save()
    except IntegrityError as error:
        if "tags_tag_name_once" in str(error):
            raise invalid("name", SAME_NAME, code="E-TAG-03") from error
        raise


def _facts(tag: Tag) -> dict[str, object]:
    """What of a tag may change, in words."""
    return {
        "name": tag.name,
        "group": tag.group,
        "note": tag.note,
        "rule": tag.rule,
        "sensitivity": tag.sensitivity,
        "valid_from": tag.valid_from.isoformat() if tag.valid_from else "",
        "valid_to": tag.valid_to.isoformat() if tag.valid_to else "",
    }


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> dict[str, list[object]]:
    return {key: [before.get(key), value] for key, value in after.items() if value != before.get(key, "")}


@transaction.atomic
def edit_tag(
    tag: Tag,
    *,
    name: str,
    actor: Actor,
    group: str = "",
    note: str = "",
    rule: Mapping[str, Any] | None = None,
    valid_from: datetime.date | None = None,
    valid_to: datetime.date | None = None,
    sensitivity: str = "",
    version: int | None = None,
    viewer: Viewer | None = None,
) -> Tag:
    """Edit what it is called and, of a dynamic one, its rule (编辑标签基本信息). version: as he read it."""
    tag = locked(tag)
    require_right(rules.can_keep(actor, tag), MANAGE.label)
    require_state(tag, "编辑", State.ACTIVE)
    if version is not None and version != tag.version:
        at = timezone.localtime(tag.changed_at)
        text = f"该数据已被{tag.changed_by_name}于{at:%H:%M}修改，请刷新后重试"
        raise Refused(text, status=409, code="E-CONC-01")
    before = _facts(tag)
    for key, value in _stated((name, group, note, sensitivity, valid_from, valid_to)).items():
        setattr(tag, key, value)
    if tag.is_dynamic and rule is not None:
        tag.rule = language.write(_read(rule, viewer))
        _require_fit(tag)
    changes = _changes(before, _facts(tag))
    if not changes:
        return tag
    tag.version += 1
    tag.changed_by_name = actor.name
    _save(tag)
    audit.record(EDITED, tag, actor=actor, changes=changes)
    feed.follow(tag)
    return tag


def _require_fit(tag: Tag) -> None:
    """A rule of the address book must not come to depend on itself."""
    if not groups.fits_rules(tag) and groups.wanted(tag):
        raise invalid("rule", "该标签正用于通讯规则，规则中不能使用层级条件")


@transaction.atomic
def suspend_tag(tag: Tag, *, reason: str, actor: Actor) -> Tag:
    """End its use (停用); who used it is told. Refused while rules go by it."""
    tag = locked(tag)
    require_right(rules.can_keep(actor, tag), MANAGE.label)
    require_state(tag, "停用", State.ACTIVE)
    if not reason.strip():
        raise invalid("reason", "请填写事由")
    _require_unused(tag, "停用")
    _end(tag, reason.strip(), actor)
    return tag


def _end(tag: Tag, reason: str, actor: Actor) -> None:
    tag.state = State.SUSPENDED
    tag.changed_by_name = actor.name
    tag.version += 1
    tag.save(update_fields=["state", "changed_by_name", "changed_at", "version"])
    audit.record(SUSPENDED, tag, actor=actor, reason=reason, changes={"state": ["启用", "停用"]})
    telling.ended(tag, reason=reason, actor=actor)
    feed.follow(tag)


def _require_unused(tag: Tag, act: str) -> None:
    """409 with the list of what goes by it."""
    uses = groups.uses_of(tag)
    if uses:
        names = "、".join(one.title for one in uses[:10])
        more = f"等{len(uses)}项" if len(uses) > 10 else ""
        raise Refused(f"标签正在使用，不能{act}：{names}{more}", status=409, code="E-TAG-04")


@transaction.atomic
def resume_tag(tag: Tag, *, actor: Actor, valid_to: datetime.date | None = None) -> Tag:
    """Use it again (启用), until another day."""
    tag = locked(tag)
    require_right(rules.can_keep(actor, tag), MANAGE.label)
    require_state(tag, "启用", State.SUSPENDED)
    if valid_to is not None and valid_to < timezone.localdate():
        raise invalid("valid_to", "失效日期不能早于今天", code="E-DATE-01")
    tag.state, tag.valid_to = State.ACTIVE, valid_to
    if tag.valid_from is not None and valid_to is not None and tag.valid_from > valid_to:
        raise invalid("valid_to", "结束时间应晚于开始时间", code="E-DATE-01")
    tag.changed_by_name = actor.name
    tag.version += 1
    tag.save(update_fields=["state", "valid_to", "changed_by_name", "changed_at", "version"])
    audit.record(RESUMED, tag, actor=actor, changes={"state": ["停用", "启用"]})
    feed.follow(tag)
    return tag


@transaction.atomic
def delete_tag(tag: Tag, *, actor: Actor) -> Tag:
    """Delete an ended tag (删除标签): the row stays for the logs, the name is free again."""
    tag = locked(tag)
    require_right(rules.can_keep(actor, tag), MANAGE.label)
    require_state(tag, "删除", State.SUSPENDED)
    _require_unused(tag, "删除")
    _delete(tag, actor)
    return tag


def _delete(tag: Tag, actor: Actor) -> None:
    before = tag.get_state_display()
    tag.state = State.DELETED
    tag.changed_by_name = actor.name
    tag.version += 1
    tag.save(update_fields=["state", "changed_by_name", "changed_at", "version"])
    audit.record(DELETED, tag, actor=actor, changes={"state": [before, "已删除"]})
    feed.follow(tag)


@transaction.atomic
def drop_tag(tag: Tag, *, actor: Actor) -> Tag:
    """End and delete in one act, as the interface's single call wants it."""
    tag = locked(tag)
    require_right(rules.can_keep(actor, tag), MANAGE.label)
    require_state(tag, "删除", State.ACTIVE, State.SUSPENDED)
    _require_unused(tag, "删除")
    if tag.state == State.ACTIVE:
        _end(tag, "通过接口删除", actor)
    _delete(tag, actor)
    return tag


@transaction.atomic
def expire_due(*, today: datetime.date, actor: Actor) -> int:
    """Tags whose last day is over are ended, whatever goes by them: its rules then speak of nobody."""
    ended = 0
    for due in Tag.objects.filter(state=State.ACTIVE, valid_to__lt=today).order_by("pk"):
        tag = locked(due)
        if tag.state == State.ACTIVE and tag.valid_to is not None and tag.valid_to < today:
            _end(tag, "有效期已满", actor)
            ended += 1
    return ended


@transaction.atomic
def count_members(*, actor: Actor, tag: Tag | None = None) -> int:
    """Count the living members anew, for lists: each night of all tags, of one after it was changed."""
    rows = Tag.objects.living() if tag is None else Tag.objects.filter(pk=tag.pk)
    found = list(rows.select_related("unit").order_by("pk"))
    now = timezone.now()
    for one in found:
        one.last_count, one.last_counted_at = members.count(one), now
    Tag.objects.bulk_update(found, ["last_count", "last_counted_at"], batch_size=500)
    return len(found)
