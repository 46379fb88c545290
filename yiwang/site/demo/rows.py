"""Units and people of the demonstration as rows of tables: values only, nothing is written here.

Each `…_FIELDS` names the attributes a row gives, in its order; all else takes the model's default.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

from yiwang.kernel.chinese.strokes import stroke_key
from yiwang.kernel.crypto.fields import blind_for, seal_for
from yiwang.kernel.extension.roles import roles as role_registry
from yiwang.platform.accounts.models import Account, RoleGrant, Verification
from yiwang.platform.accounts.queries import role_seals
from yiwang.platform.org.models import Person, Unit, UnitAlias
from yiwang.site.demo import numbers
from yiwang.site.demo.members import Member, State
from yiwang.site.demo.tree import Nature, Node, Staffing
from yiwang.site.demo.vocabulary import MARK

Row = tuple[Any, ...]

_FOUNDED = datetime.date(2018, 1, 1)
_POSTCODE = "201700"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What all rows of one loading share.

    password: the hash that all accounts have in common; codes: list -> word -> code.
    """

    first_person: int
    first_account: int
    password: str
    granted_by: str
    codes: Mapping[str, Mapping[str, str]]
    now: datetime.datetime

    def code(self, which: str, word: str) -> str:
        """The code for a word of a code list; KeyError when the list does not have it."""
        return self.codes[which][word] if word else ""


@dataclass(frozen=True, slots=True)
class Former:
    """What a unit was called until a day; its rename is the demonstration of history (§0.3 #8, §24.7)."""

    full_name: str
    short_name: str
    until: datetime.date


_FORMER = {
    "区数据局": Former("上海市青浦区政务服务办公室", "区政务服务办公室", datetime.date(2025, 1, 1)),
    "青浦新城发展集团": Former("上海淀山湖新城发展有限公司", "淀山湖新城公司", datetime.date(2020, 12, 1)),
}

_CREDIT_KINDS = {
    Unit.NodeType.ENTERPRISE: "91",
    Unit.NodeType.RESIDENTS_COMMITTEE: "54",
    Unit.NodeType.VILLAGE_COMMITTEE: "54",
}


def _credit_code(node: Node) -> str | None:
    if node.node_type in (Unit.NodeType.CATEGORY, Unit.NodeType.GROUP, Unit.NodeType.SECTION):
        return None
    kind = _CREDIT_KINDS.get(Unit.NodeType(node.node_type), "12" if node.is_institution else "11")
    return numbers.credit_code(kind, node.id)


def _rank(node: Node) -> str:
    if node.staffing is Staffing.DISTRICT_LEADERS:
        return Unit.Rank.BUREAU
    if node.nature in (Nature.COURT, Nature.PROCURATORATE):
        return Unit.Rank.BUREAU_DEPUTY if node.level == 2 else Unit.Rank.TOWNSHIP if node.level == 3 else ""
    if node.staffing in (Staffing.DEPARTMENT, Staffing.TOWN, Staffing.STREET):
        return Unit.Rank.COUNTY
    is_section = node.staffing is Staffing.SECTION and node.level == 3
    if is_section and not node.is_institution and node.nature != Nature.STATE_ENTERPRISE:
        return Unit.Rank.TOWNSHIP
    return ""


UNIT_FIELDS = (
    "id", "code", "full_name", "short_name", "node_type", "nature", "rank", "uscc", "parent_id", "level",
    "sort", "path", "position", "region_code", "duty_phone", "fax", "postcode", "exchanges_documents",
    "is_listed", "visibility", "headcount", "source_note", "valid_from", "updated_at",
)  # fmt: skip


def unit(node: Node, department: int, now: datetime.datetime) -> Row:
    """A row of org_unit. department: the ordinal of the level-2 unit, for its telephone numbers."""
    is_house = node.level == 2 and node.staffing is not Staffing.DISTRICT_LEADERS
    return (
        node.id, node.code, node.full_name, node.short_name, str(node.node_type), str(node.nature),
        str(_rank(node)), _credit_code(node), node.parent.id if node.parent else None, node.level, node.sort,
        node.path, node.position, node.region_code,
        numbers.office_phone(department, 0) if is_house else "",
        numbers.office_phone(department, 1) if is_house else "",
        _POSTCODE if is_house else "", is_house, node.is_listed, int(node.is_visible), node.headcount,
        node.source_note if node.level else MARK, _FOUNDED, now,
    )  # fmt: skip


VERSION_FIELDS = (
    "unit_id", "full_name", "short_name", "node_type", "parent_id", "level", "sort", "valid_from", "valid_to",
    "change",
)  # fmt: skip


def versions(node: Node) -> Iterator[Row]:
    """Rows of org_unitversion: one, or two for a unit that was renamed."""
    parent = node.parent.id if node.parent else None
    since, change = _FOUNDED, "新设"
    former = _FORMER.get(node.short_name) if node.level == 2 else None
    if former is not None:
        yield (
            node.id, former.full_name, former.short_name, str(node.node_type), parent, node.level, node.sort,
            since, former.until, change,
        )  # fmt: skip
        since, change = former.until, "更名"
    yield (
        node.id, node.full_name, node.short_name, str(node.node_type), parent, node.level, node.sort, since,
        None, change,
    )  # fmt: skip


ALIAS_FIELDS = ("unit_id", "name", "short_name", "kind", "valid_from", "valid_to")


def aliases(node: Node) -> Iterator[Row]:
    """Rows of org_unitalias: former names and plates."""
    former = _FORMER.get(node.short_name) if node.level == 2 else None
    if former is not None:
        kind = str(UnitAlias.Kind.FORMER)
        yield node.id, former.full_name, former.short_name, kind, _FOUNDED, former.until
    if node.plate:
        yield node.id, node.plate, "", str(UnitAlias.Kind.PLATE), _FOUNDED, None


WORD_FIELDS = ("unit_id", "word", "valid_from", "valid_to")

# Words of document numbers that stand in published documents; the first of 区数据局 ended with its old name.
_WORDS = {
    "区数据局": (("青政务", None, "2025-01-01"), ("青数", "2025-01-01", None)),
    "区府办": (("青府办发", None, None),),
    "区科委": (("青科委", None, None),),
}


def words(node: Node) -> Iterator[Row]:
    """Rows of org_agencyword."""
    for word, since, until in _WORDS.get(node.short_name, ()) if node.level == 2 else ():
        begin = datetime.date.fromisoformat(since) if since else _FOUNDED
        yield node.id, word, begin, datetime.date.fromisoformat(until) if until else None


PERSON_FIELDS = (
    "id", "row_key", "name", "pinyin", "initials", "strokes", "id_number", "id_number_index", "sex",
    "birth_date", "mobile", "mobile_index", "category", "establishment", "duty_level", "grade", "post_grade",
    "office_phone", "room", "email", "status", "departure", "left_on", "checked_on", "updated_at", "unit_id",
    "unit_path", "title", "position", "visibility",
)  # fmt: skip


def person(member: Member, stamp: Stamp) -> Row:
    """A row of org_person, its numbers sealed, with what org's projection would copy from the main post."""
    main = member.main
    copied: Row = (None, "", "", Person.NO_PLACE)
    if main is not None:
        copied = main.node.id, main.node.path, main.title, main.node.position * 10_000 + main.sort
    key = member.row_key
    return (
        stamp.first_person + member.place, key, member.name, member.pinyin, member.initials,
        stroke_key(member.name),
        bytes(seal_for(Person, "id_number", key, member.id_number)),
        blind_for(Person, "id_number", member.id_number),
        str(Person.Sex.MALE if member.is_male else Person.Sex.FEMALE), member.born,
        bytes(seal_for(Person, "mobile", key, member.mobile)), blind_for(Person, "mobile", member.mobile),
        str(member.category), str(member.establishment),
        stamp.code("duty_level", member.duty_level), stamp.code("grade", member.grade),
        stamp.code("post_grade", member.post_grade), member.office_phone, member.room, member.email,
        str(member.status), str(member.departure), member.left_on, member.checked_on, stamp.now, *copied,
        int(member.is_visible),
    )  # fmt: skip


POST_FIELDS = (
    "person_id", "unit_id", "title", "kind", "is_leader", "is_head", "portfolio", "sort", "valid_from",
    "valid_to", "is_living",
)  # fmt: skip


def posts(member: Member, stamp: Stamp) -> Iterator[Row]:
    """Rows of org_post."""
    for service in member.services:
        yield (
            stamp.first_person + member.place, service.node.id, service.title, str(service.kind),
            service.is_leader, service.is_head, service.portfolio, service.sort, *service.period,
            service.is_living,
        )  # fmt: skip


ACCOUNT_FIELDS = (
    "id", "person_id", "password", "login_name", "kind", "state", "password_changed_at", "activated_at",
    "commitment_at", "starts_on", "expires_on", "sponsor_unit_id", "sponsor_id", "vendor_name", "vendor_uscc",
    "purpose", "created_at", "verification", "verified_at", "activation_expires_at",
    "applications",
)  # fmt: skip

_ACTIVATION = datetime.timedelta(days=7)
_NEVER_USED = (State.UNVERIFIED, State.INACTIVE)


def account(member: Member, stamp: Stamp) -> Row:
    """A row of accounts_account; those never activated have no password."""
    login = member.login
    used = None if login.state in _NEVER_USED else stamp.now
    is_verified = login.state is not State.UNVERIFIED
    standing = Account.Standing.PASSED if is_verified else Account.Standing.FAILED
    sponsor, unit_of_sponsor = login.sponsor or (None, None)
    return (
        stamp.first_account + member.place, stamp.first_person + member.place,
        stamp.password if used else UNUSABLE_PASSWORD_PREFIX, login.name, str(login.kind),
        str(login.state), used, used, used,
        *(login.days or (None, None)), unit_of_sponsor.id if unit_of_sponsor else None, sponsor,
        *login.vendor, login.purpose, stamp.now, str(standing), stamp.now if is_verified else None,
        stamp.now + _ACTIVATION if login.state is State.INACTIVE else None,
        "一网协同平台（测试环境）" if sponsor else "",
    )  # fmt: skip


VERIFICATION_FIELDS = (
    "account_id", "reason", "round", "attempt", "asked_at", "outcome", "answered_at", "reference",
    "is_simulated", "requested_by_name", "created_at",
)  # fmt: skip


def verifications(member: Member, stamp: Stamp) -> Iterator[Row]:
    """Rows of accounts_verification: for those whom the simulator did not let pass."""
    if member.login.state is State.UNVERIFIED:
        yield (
            stamp.first_account + member.place, str(Verification.Reason.OPENING), 1, 1, stamp.now,
            str(Verification.Outcome.NAME_MISMATCH), stamp.now, f"SIM-{member.place:08}", True,
            stamp.granted_by, stamp.now,
        )  # fmt: skip


ROLE_FIELDS = (
    "account_id", "role", "unit_id", "valid_from", "granted_by_name", "confirmed_by_name", "confirmed_at",
    "reason", "seal", "created_at",
)  # fmt: skip


def roles(member: Member, stamp: Stamp) -> Iterator[Row]:
    """Rows of accounts_rolegrant, sealed."""
    for key, node in member.login.roles:
        needs_two = role_registry.get(key).needs_two
        given = RoleGrant(
            account_id=stamp.first_account + member.place,
            role=key,
            unit_id=node.id if node else None,
            valid_from=_FOUNDED,
        )
        yield (
            given.account_id, key, given.unit_id, _FOUNDED, stamp.granted_by,
            stamp.granted_by if needs_two else "", stamp.now if needs_two else None, "演示数据",
            role_seals.seal(given), stamp.now,
        )  # fmt: skip
