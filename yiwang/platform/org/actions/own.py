"""What a person keeps of himself without review (自助修改): how to reach him, his photo, his spelling."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from yiwang.kernel import database
from yiwang.kernel.actor import Actor
from yiwang.kernel.audit import actions as audit
from yiwang.kernel.chinese import pinyin
from yiwang.kernel.errors import Refused, invalid, require_right
from yiwang.kernel.files import actions as files
from yiwang.kernel.files.models import StoredFile
from yiwang.kernel.validators import mask_mobile
from yiwang.platform.org import hooks, rules
from yiwang.platform.org.models import Person
from yiwang.platform.org.queries import person_checks
from yiwang.platform.org.vocabulary import (
    MOBILE_BOUND,
    MOBILE_RELEASED,
    OWN_DETAILS_CHANGED,
    OWN_PHOTO_CHANGED,
    OWN_SPELLING_CHANGED,
)

OWN_FIELDS = ("second_mobile", "office_phone", "room", "email")
PHOTO_EXTENSIONS = ("jpg", "jpeg", "png")
LARGEST_PHOTO = 2 * 1024 * 1024
_RIGHT = "修改本人信息"


def _own(person: Person, actor: Actor) -> Person:
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    require_right(rules.is_self(actor, person), _RIGHT)
    return person


@transaction.atomic
def change_own_details(person: Person, *, facts: Mapping[str, str], actor: Actor) -> frozenset[str]:
    """Write one's own second mobile, office phone, room or e-mail; returns what differs now."""
    person = _own(person, actor)
    unknown = facts.keys() - set(OWN_FIELDS)
    if unknown:
        raise LookupError(f"not one's own to change: {unknown}")
    clean = person_checks.checked(facts, today=timezone.localdate())
    if clean.get("second_mobile") and clean["second_mobile"] == person.mobile:
        raise invalid("second_mobile", "备用手机号码不能与手机号码相同")
    if (
        "office_phone" in clean
        and not clean["office_phone"]
        and person.category == Person.Category.ESTABLISHED
    ):
        raise invalid("office_phone", "在编人员请填写办公电话")
    changed = {name: value for name, value in clean.items() if (getattr(person, name) or "") != (value or "")}
    if not changed:
        return frozenset()
    changes = {name: [_shown(name, getattr(person, name)), _shown(name, changed[name])] for name in changed}
    for name, value in changed.items():
        setattr(person, name, value)
    person.save(update_fields=[*changed, "updated_at"])
    audit.record(OWN_DETAILS_CHANGED, person, actor=actor, changes=changes)
    fields = frozenset(changed)
    hooks.person_changed(person=person, fields=fields)
    return fields


def _shown(name: str, value: str | None) -> str:
    return mask_mobile(value or "") if name == "second_mobile" else value or ""


@transaction.atomic
def correct_own_spelling(person: Person, *, spelling: str, actor: Actor) -> Person:
    """Say how one's name is read, syllable by syllable: 单玉 is "shan yu" (拼音更正)."""
    person = _own(person, actor)
    syllables = spelling.lower().split()
    if len(syllables) != len(person.name.replace("·", "")):
        raise invalid("spelling", "请按每个字一个音节填写，音节之间用空格分开，如：shan yu")
    wrong = [one for one in syllables if not pinyin.is_syllable(one)]
    if wrong:
        raise invalid("spelling", f"不是普通话音节：{'、'.join(wrong)}")
    letters, initials = "".join(syllables), "".join(one[0] for one in syllables)
    if (letters, initials) == (person.pinyin, person.initials):
        return person
    changes = {"pinyin": [person.pinyin, letters]}
    person.pinyin, person.initials = letters, initials
    person.save(update_fields=["pinyin", "initials", "updated_at"])
    audit.record(OWN_SPELLING_CHANGED, person, actor=actor, changes=changes)
    hooks.person_changed(person=person, fields=frozenset({"pinyin"}))
    return person


@transaction.atomic
def set_own_photo(person: Person, *, file: StoredFile | None, actor: Actor) -> Person:
    """Show this picture on one's card, None for none; the one before is erased."""
    person = _own(person, actor)
    if file is not None and file.extension not in PHOTO_EXTENSIONS:
        raise Refused(
            "照片应为jpg或png文件", status=422, code="E-FILE-01", fields={"photo": "照片应为jpg或png文件"}
        )
    if file is not None and file.size > LARGEST_PHOTO:
        raise Refused("照片不能超过2MB", status=422, code="E-FILE-01", fields={"photo": "照片不能超过2MB"})
    former, person.photo = person.photo, file
    if file is not None:
        files.attach_file(file, person, actor=actor)
    person.save(update_fields=["photo", "updated_at"])
    if former is not None:
        files.delete_file(former, actor=actor, reason="更换照片")
    audit.record(OWN_PHOTO_CHANGED, person, actor=actor)
    return person


@transaction.atomic
def bind_mobile(person: Person, *, mobile: str, actor: Actor, taken_from: Person | None = None) -> Person:
    """Give a person a number that was proved and verified, taken from who had it before, if anybody.

    Part of accounts' act, which asked both and decides whether he may.
    """
    database.share("org.tree")
    ids = [person.pk] if taken_from is None else sorted((person.pk, taken_from.pk))
    locked = {
        one.pk: one
        for one in Person.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    }
    if taken_from is not None:
        former = locked[taken_from.pk]
        before, former.mobile = former.mobile, ""
        former.save(update_fields=["mobile", "mobile_index", "updated_at"])
        audit.record(MOBILE_RELEASED, former, actor=actor, changes={"mobile": [mask_mobile(before), ""]})
    person = locked[person.pk]
    changes = {"mobile": [mask_mobile(person.mobile), mask_mobile(mobile)]}
    person.mobile = person_checks.checked({"mobile": mobile}, today=timezone.localdate())["mobile"]
    person.save(update_fields=["mobile", "mobile_index", "updated_at"])
    audit.record(MOBILE_BOUND, person, actor=actor, changes=changes)
    return person
