"""The words of the code lists (§23): those the platform ships, and what its administrators make of them.

A value is never deleted, for persons and documents bear its code for ever: it is retired (停用).
"""

import json
import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from django.db import connection, transaction

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.platform.org import migrations, rules
from yiwang.platform.org.models import Code
from yiwang.platform.org.models.code import FIXED_LISTS, LONGEST_LABEL
from yiwang.platform.org.queries import codes
from yiwang.platform.org.vocabulary import (
    CODE_ADDED,
    CODE_RENAMED,
    CODE_RESTORED,
    CODE_RETIRED,
    CODES_SORTED,
    MANAGE_CODES,
)

_SEED = Path(migrations.__path__[0]) / "code_lists.json"
_OWN = "own-"  # what a district adds; shipped codes never begin so
# The platform is for work that is not classified (§0.2): no list may offer a degree of secrecy.
_SECRECY = re.compile("(?<!商业)(?<!工作)(?<!审判)(?<!个人)(绝密|机密|秘密)|密级")
_STALE = "代码表已有变化，请刷新后重试"


@transaction.atomic
def ship_codes() -> None:
    """Add what the platform ships and the lists lack, after each migration."""
    if Code._meta.db_table not in connection.introspection.table_names():
        return  # migrated to an earlier state
    known = set(Code.objects.values_list("list", "code"))
    missing = [
        Code(list=name, series=series, code=code, label=label, sort=sort)
        for name, lists in json.loads(_SEED.read_text(encoding="utf-8")).items()
        for sort, (series, code, label) in enumerate(
            ((series, *word) for series, words in lists.items() for word in words), start=1
        )
        if (name, code) not in known
    ]
    Code.objects.bulk_create(missing)
    codes.forget()


@transaction.atomic
def add_code(which: str, *, label: str, series: str = "", actor: Actor) -> Code:
    """A further value, the last of its series (新增). A series that is new stands last too."""
    values = _locked(which, actor)
    _require_open(which, "增加")
    series = _clean("series", series, 30, required=bool(values and values[0].series))
    label = _word(which, label)
    _require_new_word(values, series, label)
    place = max((one.sort for one in values if one.series == series), default=len(values))
    for one in values:
        if one.sort > place:
            one.sort += 1
    Code.objects.bulk_update(values, ["sort"])
    number = sum(one.code.startswith(_OWN) for one in values) + 1
    code = Code.objects.create(
        list=which, code=f"{_OWN}{number:03}", label=label, series=series, sort=place + 1
    )
    audit.record(CODE_ADDED, code, actor=actor, title=code.called)
    transaction.on_commit(codes.forget)
    return code


@transaction.atomic
def rename_code(code: Code, *, label: str, actor: Actor) -> Code:
    """Correct the word (改名): whoever bears the code is shown with the new one from now on."""
    values = _locked(code.list, actor)
    code = next(one for one in values if one.pk == code.pk)
    label = _word(code.list, label)
    if label == code.label:
        return code
    _require_new_word(values, code.series, label)
    before, code.label = code.label, label
    code.save(update_fields=["label"])
    audit.record(CODE_RENAMED, code, actor=actor, title=code.called, changes={"label": [before, label]})
    transaction.on_commit(codes.forget)
    return code


@transaction.atomic
def retire_code(code: Code, *, reason: str, actor: Actor) -> Code:
    """Offer it no more (停用); who bears it keeps it."""
    values = _locked(code.list, actor)
    code = next(one for one in values if one.pk == code.pk)
    require(code.is_active, "当前状态为“停用”，不能执行“停用”", code="E-STATE-01")
    reason = _clean("reason", reason, 200, required=True)
    code.is_active = False
    code.save(update_fields=["is_active"])
    audit.record(CODE_RETIRED, code, actor=actor, title=code.called, reason=reason)
    transaction.on_commit(codes.forget)
    return code


@transaction.atomic
def restore_code(code: Code, *, actor: Actor) -> Code:
    """Offer it again (恢复)."""
    values = _locked(code.list, actor)
    code = next(one for one in values if one.pk == code.pk)
    require(not code.is_active, "当前状态为“启用”，不能执行“恢复”", code="E-STATE-01")
    code.is_active = True
    code.save(update_fields=["is_active"])
    audit.record(CODE_RESTORED, code, actor=actor, title=code.called)
    transaction.on_commit(codes.forget)
    return code


@transaction.atomic
def sort_codes(which: str, *, ids: Sequence[int], seen: Sequence[int], actor: Actor) -> None:
    """Put the values into this order, high to low (排序); series stay together. seen: the order he saw."""
    values = _locked(which, actor)
    _require_open(which, "调整顺序")
    before = [one.pk for one in values]
    if list(seen) != before or sorted(ids) != sorted(before):
        raise Refused(_STALE, status=409, code="E-CONC-01")
    known = {one.pk: one for one in values}
    runs = [series for series, _ in groupby(known[pk].series for pk in ids)]
    if len(runs) != len(set(runs)):
        raise invalid("ids", "同一系列的代码应排在一起")
    if list(ids) == before:
        return
    for place, pk in enumerate(ids, start=1):
        known[pk].sort = place
    Code.objects.bulk_update(values, ["sort"])
    order = [[known[pk].label for pk in some] for some in (before, ids)]
    name = Code.List(which).label
    audit.record(CODES_SORTED, ("org.code", which, name), actor=actor, changes={"order": order})
    transaction.on_commit(codes.forget)


def _locked(which: str, actor: Actor) -> list[Code]:
    """The whole list as it is now; whoever else writes in it waits."""
    require_right(rules.can_manage_codes(actor), MANAGE_CODES.label)
    database.lock("org.codes")
    return codes.all_of(which)


def _require_open(which: str, act: str) -> None:
    name = Code.List(which).label
    by = FIXED_LISTS.get(which)
    require(by is None, f"“{name}”由{by}规定，不能{act}", status=422)


def _clean(field: str, text: str, most: int, *, required: bool) -> str:
    text = " ".join(text.split())
    if required and not text:
        raise invalid(field, {"series": "请填写系列", "label": "请填写名称"}.get(field, "请填写事由"))
    if len(text) > most:
        raise invalid(field, f"不能超过{most}个字")
    return text


def _word(which: str, label: str) -> str:
    label = _clean("label", label, LONGEST_LABEL.get(which, 30), required=True)
    if _SECRECY.search(label):
        raise invalid("label", "本平台为非密平台，不设密级")
    return label


def _require_new_word(values: Sequence[Code], series: str, label: str) -> None:
    if any((one.series, one.label) == (series, label) for one in values):
        raise invalid("label", "该系列中已有相同名称")
