"""Vendors' staff (外部临时人员): persons without a post, for whom a unit answers."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.chinese.pinyin import name_pinyin
from yiwang.kernel.errors import Refused, require_right
from yiwang.platform.org import rules
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.org.queries import people, person_checks
from yiwang.platform.org.vocabulary import EXTERNAL_ENTERED, MANAGE_UNIT


@transaction.atomic
def enter_external(
    *, sponsor_unit: Unit, name: str, id_kind: str, id_number: str, mobile: str, actor: Actor
) -> Person:
    """Enter a vendor's employee, or write down anew who is known from an earlier time."""
    require_right(rules.can_manage_people(actor, sponsor_unit), MANAGE_UNIT.label)
    given = {"name": name, "id_kind": id_kind, "id_number": id_number, "mobile": mobile}
    facts = person_checks.checked(given, today=timezone.localdate())
    known = people.with_id_number(facts["id_number"]).select_for_update(of=("self",)).first()
    if known is not None and known.category != Person.Category.EXTERNAL:
        raise Refused("该人员为本区工作人员，请使用本人账号", status=409, code="E-PER-02")
    spelling = name_pinyin(facts["name"])
    person = known or Person(category=Person.Category.EXTERNAL)
    for field, value in facts.items():
        setattr(person, field, value)
    person.pinyin, person.initials = spelling.letters, spelling.initials
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # entered by somebody else at the same moment
        person_checks.require_new(facts["id_number"])
        raise
    audit.record(EXTERNAL_ENTERED, person, actor=actor, reason=sponsor_unit.short_name)
    return person
