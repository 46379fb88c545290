"""What a batch of texts would be: its words checked, its receivers counted, its parts reckoned (§16)."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from yiwang.kernel.errors import invalid
from yiwang.kernel.validators import Invalid
from yiwang.kernel.validators import mobile as checked_mobile
from yiwang.platform.messages import rules
from yiwang.platform.messages.models import TextPurpose, TextTemplate
from yiwang.platform.messages.queries import batches, templates
from yiwang.platform.messages.queries.audience import Audience

_MOST_EXTERNAL = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants sent, as he typed it. words: of the template's variables."""

    purpose: str = ""
    template_key: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    need_receipt: bool = False
    external: tuple[str, ...] = ()
    external_reason: str = ""
    due_at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """The same, checked. text: as it goes, signed, with {姓名} left open. parts: of the longest name."""

    template: TextTemplate | None
    purpose: str
    text: str
    outside: tuple[str, ...]
    total: int
    parts: int
    shown: str

    @property
    def charged(self) -> int:
        return self.total * self.parts

    @property
    def needs_approval(self) -> bool:
        return rules.needs_approval(
            self.total, is_free=self.template is None, has_external=bool(self.outside)
        )


def priced(audience: Audience, asked: Asked, *, path: str) -> Priced:
    """Refused with what is wrong in which field. path: of the sender's unit, whose templates may be used."""
    template, text = _written(asked, path)
    purpose = str(template.kind) if template is not None else asked.purpose
    if purpose not in TextPurpose.values:
        raise invalid("purpose", "请选择用途")
    outside = _outside(asked, purpose)
    if outside and rules.PERSON_WORD in rules.variables_of(text):
        raise invalid("external", "平台外号码没有姓名，请不要在内容中使用{姓名}")
    reached, longest = batches.reachable(audience)
    if not reached + len(outside):
        raise invalid("audience", "所选范围内没有可以接收短信的人员")
    signed = templates.signed(text, need_receipt=asked.need_receipt)
    shown = templates.named(signed, "某" * longest)
    return Priced(template, purpose, signed, outside, reached + len(outside), rules.parts_of(shown), shown)


def _written(asked: Asked, path: str) -> tuple[TextTemplate | None, str]:
    if not asked.template_key:
        return None, templates.free(asked.text)
    template = templates.by_code(asked.template_key, path)
    if asked.purpose and asked.purpose != template.kind:
        raise invalid("purpose", f"用途应与模板类型一致：{template.get_kind_display()}")
    return template, templates.written(template, asked.words)


def _outside(asked: Asked, purpose: str) -> tuple[str, ...]:
    found = numbers(asked.external)
    if found and purpose not in (TextPurpose.MEETING, TextPurpose.EMERGENCY):
        raise invalid("external", "平台外号码仅限会议、应急短信使用")
    if found and not asked.external_reason.strip():
        raise invalid("external_reason", "请说明使用平台外号码的事由")
    return found


def numbers(given: Iterable[str]) -> tuple[str, ...]:
    """Numbers outside of the platform, each once."""
    found: dict[str, None] = {}
    for one in given:
        try:
            found[checked_mobile(one.strip())] = None
        except Invalid as problem:
            raise invalid("external", f"{one.strip()}：{problem}") from problem
    if len(found) > _MOST_EXTERNAL:
        raise invalid("external", f"平台外号码一次最多{_MOST_EXTERNAL}个")
    return tuple(found)
