"""What accounts and the organisation keep of a person, as he may look at it himself (PIPL 第45条)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yiwang.kernel.extension.personal_data import personal_data
from yiwang.kernel.listing.columns import text_of
from yiwang.kernel.validators import mask_citizen_id, mask_mobile
from yiwang.platform.accounts.models import Account, RoleGrant, Session, Verification
from yiwang.platform.accounts.queries.roles import label_of
from yiwang.platform.org.models import Person, Post
from yiwang.platform.org.queries import codes

Rows = Iterable[tuple[object, ...]]
_MOST_SESSIONS = 100


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of data with what is there of it, as text."""

    label: str
    purpose: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> list[tuple[str, str]]:
        """The headings as tables of pages take them."""
        return [(heading, "") for heading in self.headings]


def sections(person_id: int, *, in_clear: bool = False) -> list[Section]:
    """All that the platform's modules keep of him."""
    return [
        Section(
            kind.label,
            kind.purpose,
            kind.headings,
            tuple(tuple(text_of(value) for value in row) for row in kind.rows(person_id, in_clear)),
        )
        for kind in sorted(personal_data, key=lambda kind: (kind.order, kind.key))
    ]


def record(person_id: int, in_clear: bool) -> Rows:
    """His record as a person."""
    person = Person.objects.get(pk=person_id)

    def mobile(number: str | None) -> str:
        return (number or "") if in_clear else mask_mobile(number or "")

    return (
        ("姓名", person.name),
        ("曾用名", person.former_name),
        ("姓名拼音", person.pinyin),
        ("证件类型", person.get_id_kind_display()),
        ("证件号码", person.id_number if in_clear else mask_citizen_id(person.id_number)),
        ("性别", person.get_sex_display()),
        ("出生日期", person.birth_date if in_clear else _year_only(person)),
        ("手机号码", mobile(person.mobile)),
        ("备用手机号码", mobile(person.second_mobile)),
        ("人员类别", person.get_category_display()),
        ("编制类型", person.get_establishment_display()),
        ("职级", codes.ranks_of(person)),
        ("办公电话", person.office_phone),
        ("办公地址", person.room),
        ("电子邮箱", person.email),
        ("照片", "有" if person.photo_id else "无"),
        ("状态", person.get_status_display()),
        ("最近核对日期", person.checked_on),
    )


def _year_only(person: Person) -> str:
    return f"{person.birth_date.year}-**-**" if person.birth_date else ""


def posts(person_id: int, in_clear: bool) -> Iterator[tuple[object, ...]]:
    """His posts, former ones too."""
    for post in (
        Post.objects.filter(person_id=person_id).select_related("unit").order_by("-valid_from", "-pk")
    ):
        last = post.valid_to if not post.is_living else None
        yield post.unit.full_name, post.title, post.get_kind_display(), post.valid_from, last


def accounts(person_id: int, in_clear: bool) -> Iterator[tuple[object, ...]]:
    """His accounts."""
    for one in Account.objects.filter(person_id=person_id).order_by("-pk"):
        yield (
            one.login_name,
            one.get_kind_display(),
            one.state_label,
            one.created_at,
            one.activated_at,
            one.commitment_at,
            one.password_changed_at,
        )


def roles(person_id: int, in_clear: bool) -> Iterator[tuple[object, ...]]:
    """Roles that were granted to him."""
    given = RoleGrant.objects.filter(account__person_id=person_id).select_related("unit").order_by("-pk")
    for one in given:
        where = one.unit.short_name if one.unit else "全区"
        yield label_of(one.role), where, one.granted_by_name, one.valid_from, one.ended_at


def verifications(person_id: int, in_clear: bool) -> Iterator[tuple[object, ...]]:
    """What was asked of the real-name service."""
    asked = Verification.objects.filter(account__person_id=person_id).order_by("-pk")
    for one in asked:
        by = "实名认证模拟器" if one.is_simulated else "实名认证服务"
        yield (
            one.created_at,
            one.get_reason_display(),
            one.result or "等待认证",
            by if one.outcome else "",
            one.reference,
        )


def sessions(person_id: int, in_clear: bool) -> Iterator[tuple[object, ...]]:
    """His logins of late."""
    latest = Session.objects.filter(account__person_id=person_id).order_by("-created_at")[:_MOST_SESSIONS]
    for one in latest:
        yield one.created_at, one.device, one.address, one.ended_at, one.get_end_reason_display()
