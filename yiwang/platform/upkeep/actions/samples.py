"""Samples (抽样核查): drawn by chance, and checked person by person."""

import datetime
import secrets

from django.db import transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import Refused, invalid, require, require_right
from yiwang.kernel.numbering import actions as numbering
from yiwang.platform.upkeep import rules
from yiwang.platform.upkeep.actions import corrections
from yiwang.platform.upkeep.models import Correction, Sample, SampledPerson
from yiwang.platform.upkeep.queries import samples as queries
from yiwang.platform.upkeep.vocabulary import SAMPLE_CHECKED, SAMPLE_DRAWN, SAMPLES, SUPERVISE

State = SampledPerson.State
MOST_SHARE, MOST_LEAST = 20, 50


@transaction.atomic
def draw(
    *, share: int, least: int, actor: Actor, seed: str = "", today: datetime.date | None = None
) -> Sample:
    """Draw a sample of every level-2 unit. seed: made by chance unless given; it is kept with the sample."""
    require_right(rules.can_supervise(actor), SUPERVISE.label)
    if not 1 <= share <= MOST_SHARE:
        raise invalid("share", f"每单位比例应为1至{MOST_SHARE}")
    if not 1 <= least <= MOST_LEAST:
        raise invalid("least", f"每单位最少人数应为1至{MOST_LEAST}")
    today, seed = today or timezone.localdate(), seed or secrets.token_hex(16)
    drawn, population = queries.draw(seed, share=share, least=least)
    require(drawn, "没有可以抽取的人员")
    sample = Sample.objects.create(
        drawn_on=today,
        drawn_at=timezone.now(),
        drawn_by_name=actor.name,
        seed=seed,
        share=share,
        least=least,
        population=population,
        size=len(drawn),
        digest=queries.digest_of(drawn),
    )
    SampledPerson.objects.bulk_create(
        SampledPerson(sample=sample, person_id=person_id, unit_id=unit_id, place=place)
        for place, (person_id, unit_id) in enumerate(drawn, start=1)
    )
    issued = numbering.issue(SAMPLES, year=today.year, target=sample, actor=actor)
    sample.number = issued.text
    sample.save(update_fields=["number"])
    audit.record(SAMPLE_DRAWN, sample, actor=actor, changes={"size": [0, len(drawn)]})
    return sample


@transaction.atomic
def check(
    sampled: SampledPerson,
    *,
    result: str,
    actor: Actor,
    field: str = "",
    words: str = "",
    today: datetime.date | None = None,
) -> SampledPerson:
    """Say what came of checking one person: 无误, 有误 (a correction for his unit), or 未能核实."""
    require_right(rules.can_supervise(actor), SUPERVISE.label)
    rows = SampledPerson.objects.select_for_update(of=("self",)).select_related("person__unit", "sample")
    sampled = rows.get(pk=sampled.pk)
    if sampled.state != State.WAITING and sampled.checked_at is not None:
        at = timezone.localtime(sampled.checked_at)
        raise Refused(f"该数据已被{sampled.checked_by_name}于{at:%H:%M}修改，请刷新后重试", code="E-CONC-01")
    if result not in (State.RIGHT, State.WRONG, State.UNREACHED):
        raise invalid("result", "请选择核查结果")
    if result == State.WRONG:
        if field not in Correction.OF_PERSON:
            raise invalid("field", "请选择有误的内容")
        if not words.strip():
            raise invalid("words", "请说明哪里有误")
        sampled.correction = corrections.report_sampled(
            sampled.person, field=field, wrong=words, actor=actor, today=today
        )
    elif result == State.UNREACHED and not words.strip():
        raise invalid("words", "请说明未能核实的原因")
    sampled.state, sampled.note = result, "" if result == State.WRONG else words.strip()[:200]
    sampled.checked_at, sampled.checked_by_name = timezone.now(), actor.name
    sampled.save()
    audit.record(SAMPLE_CHECKED, sampled.sample, actor=actor, changes={"place": [None, sampled.place]})
    return sampled
