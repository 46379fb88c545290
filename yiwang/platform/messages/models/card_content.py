"""What a card may hold: its parts, how long they may be, and what each layout needs.

The words are our own; the faces of the open API map theirs onto these. Nothing in a card is HTML or Markdown:
all of it is text that pages escape, and links that its application may lead to.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

# Field -> how many characters; fields in BYTES are measured in bytes, as the vendors measure them.
LONGEST: Final = {
    "title": 128,
    "text": 512,
    "note": 160,
    "source.name": 26,
    "emphasis.figure": 14,
    "emphasis.note": 22,
    "quote.title": 40,
    "quote.text": 160,
    "rows[].name": 10,
    "rows[].value": 60,
    "links[].title": 26,
    "feature.title": 40,
    "feature.text": 160,
    "sections[].title": 38,
    "sections[].text": 160,
    "questions[].key": 128,
    "questions[].title": 26,
    "questions[].options[].key": 128,
    "questions[].options[].text": 40,
    "buttons[].text": 10,
    "buttons[].key": 1_024,
    "menu[].text": 10,
    "menu[].key": 1_024,
}
BYTES: Final = frozenset(
    {"title", "text", "questions[].key", "questions[].options[].key", "buttons[].key", "menu[].key"}
)
MOST: Final = {"rows": 6, "links": 3, "sections": 4, "buttons": 6, "menu": 3, "questions": 3}
REQUIRED: Final = (
    "rows[].name",
    "links[].title",
    "links[].url",
    "sections[].title",
    "questions[].key",
    "questions[].options[].key",
    "questions[].options[].text",
    "buttons[].text",
    "menu[].text",
    "menu[].key",
)
MOST_OPTIONS, MOST_VOTE_OPTIONS = 10, 20
LONGEST_LINK = 500
LONGEST_TASK_ID = 128
_TASK_ID = re.compile(r"[0-9A-Za-z_@-]{1,128}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Layout(StrEnum):
    """How a card is laid out, and how people answer it."""

    NOTICE = "notice"
    PICTURE = "picture"
    BUTTONS = "buttons"
    VOTE = "vote"
    CHOICES = "choices"


ASKING: Final = (Layout.BUTTONS, Layout.VOTE, Layout.CHOICES)
TONES: Final = ("grey", "black", "red", "green")
STYLES: Final = ("primary", "plain", "danger", "quiet")


class Source(msgspec.Struct, omit_defaults=True):
    """Where it comes from. icon: address of a small picture."""

    name: str = ""
    icon: str = ""
    tone: str = "grey"


class Emphasis(msgspec.Struct, omit_defaults=True):
    """The figure that matters."""

    figure: str = ""
    note: str = ""


class Row(msgspec.Struct, omit_defaults=True):
    """A name and a value; the value may lead to an address or to a person's card."""

    name: str = ""
    value: str = ""
    url: str = ""
    person_id: int = 0


class Quote(msgspec.Struct, omit_defaults=True):
    """What is quoted."""

    title: str = ""
    text: str = ""
    url: str = ""


class Link(msgspec.Struct, omit_defaults=True):
    """A way on."""

    title: str = ""
    url: str = ""


class Picture(msgspec.Struct, omit_defaults=True):
    """The large picture. alt: what it shows, in words."""

    url: str = ""
    alt: str = ""


class Feature(msgspec.Struct, omit_defaults=True):
    """A small picture with words beside it."""

    title: str = ""
    text: str = ""
    picture: str = ""
    url: str = ""


class Section(msgspec.Struct, omit_defaults=True):
    """A heading and a paragraph."""

    title: str = ""
    text: str = ""


class Option(msgspec.Struct, omit_defaults=True):
    """One answer to a question."""

    key: str = ""
    text: str = ""
    is_chosen: bool = False


class Question(msgspec.Struct, omit_defaults=True):
    """What is to be chosen. is_many: several options."""

    key: str = ""
    title: str = ""
    is_many: bool = False
    options: list[Option] = []


class Button(msgspec.Struct, omit_defaults=True):
    """key: pressed, and told to the application; url: only leads somewhere."""

    text: str = ""
    key: str = ""
    url: str = ""
    style: str = "plain"


class Content(msgspec.Struct, omit_defaults=True):
    """A card. url: where the whole of it leads; buttons: of votes and choices the one that submits."""

    layout: Layout
    title: str = ""
    text: str = ""
    note: str = ""
    url: str = ""
    source: Source | None = None
    emphasis: Emphasis | None = None
    quote: Quote | None = None
    rows: list[Row] = []
    links: list[Link] = []
    picture: Picture | None = None
    feature: Feature | None = None
    sections: list[Section] = []
    questions: list[Question] = []
    buttons: list[Button] = []
    menu: list[Button] = []

    @property
    def asks(self) -> bool:
        """Can somebody answer it?"""
        return self.layout in ASKING and any(one.key for one in self.buttons)

    def button(self, key: str) -> Button | None:
        """The button that is pressed, by its key."""
        return next((one for one in self.buttons if one.key and one.key == key), None)

    def menu_entry(self, key: str) -> Button | None:
        return next((one for one in self.menu if one.key == key), None)


def stored(content: Content) -> dict[str, Any]:
    """As it is kept."""
    plain: dict[str, Any] = msgspec.to_builtins(content)
    return plain


def read(kept: dict[str, Any]) -> Content:
    """From what is kept."""
    return msgspec.convert(kept, Content)


def links_of(content: Content) -> Iterator[tuple[str, str]]:
    """(field, address) of everything that leads or points somewhere."""
    for path, value in _leaves(content):
        if value and path.rpartition(".")[2] in ("url", "icon", "picture"):
            yield path, str(value)


def pictures_of(content: Content) -> list[str]:
    """Addresses of its pictures, each once."""
    wanted = (
        content.source.icon if content.source else "",
        content.picture.url if content.picture else "",
        content.feature.picture if content.feature else "",
    )
    return list(dict.fromkeys(one for one in wanted if one))


def problems(content: Content) -> dict[str, str]:
    """Field -> what is wrong with it, in words for its developer; empty when it is a good card."""
    found: dict[str, str] = {}
    for path, value in _leaves(content):
        if isinstance(value, str) and (wrong := _text_problem(path, value)):
            found[path] = wrong
    for name, most in MOST.items():
        if len(getattr(content, name)) > most:
            found[name] = f"最多{most}项"
    for path, wrong in _choice_problems(content):
        found.setdefault(path, wrong)
    for path, wrong in _layout_problems(content):
        found.setdefault(path, wrong)
    return found


def task_id_problem(task_id: str, content: Content) -> str:
    """Answers are told with it, so a card that asks needs one."""
    if not task_id:
        return "有按钮或菜单的卡片应填写" if content.asks or content.menu else ""
    return "" if _TASK_ID.fullmatch(task_id) else "只能由数字、字母和“_-@”组成，最多128字节"


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _leaves(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _leaves(one, f"{path}[{place}]")
    elif value is not None:
        yield path, value


def _text_problem(path: str, value: str) -> str:
    general = re.sub(r"\[\d+\]", "[]", path)
    if _CONTROL.search(value):
        return "含有不能显示的控制字符"
    if not value.strip():
        return "请填写" if general in REQUIRED else ""
    name = general.rpartition(".")[2]
    if name in ("url", "icon", "picture") and len(value) > LONGEST_LINK:
        return f"链接不能超过{LONGEST_LINK}个字符"
    longest = LONGEST.get(general)
    if longest is None:
        return ""
    if general in BYTES:
        return f"不能超过{longest}字节" if len(value.encode()) > longest else ""
    return f"不能超过{longest}个字" if len(value) > longest else ""


def _choice_problems(content: Content) -> Iterator[tuple[str, str]]:
    if content.source and content.source.tone not in TONES:
        yield "source.tone", f"应为{'、'.join(TONES)}"
    for place, button in enumerate(content.buttons):
        if button.style not in STYLES:
            yield f"buttons[{place}].style", f"应为{'、'.join(STYLES)}"
        if bool(button.key) == bool(button.url):
            yield f"buttons[{place}].key", "key 和 url 应填写其中一个"
    if content.emphasis and not content.emphasis.figure.strip():
        yield "emphasis.figure", "请填写"
    for name in ("questions", "buttons", "menu"):
        yield from _twice(name, [one.key for one in getattr(content, name) if one.key])
    most = MOST_VOTE_OPTIONS if content.layout == Layout.VOTE else MOST_OPTIONS
    for place, question in enumerate(content.questions):
        path = f"questions[{place}].options"
        if not 1 <= len(question.options) <= most:
            yield path, f"应有1至{most}个选项"
        yield from _twice(path, [one.key for one in question.options])
        if not question.is_many and sum(one.is_chosen for one in question.options) > 1:
            yield path, "单选只能默认选中一项"


def _twice(path: str, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    if len(set(keys)) < len(keys):
        yield path, "key 不能重复"


def _layout_problems(content: Content) -> Iterator[tuple[str, str]]:
    if not content.title.strip() and not content.note.strip():
        yield "title", "title 和 note 应填写其中一个"
    if content.layout == Layout.PICTURE and content.picture is None and content.feature is None:
        yield "picture", "图文卡片应有 picture 或 feature"
    if content.layout in ASKING:
        yield from _asking_problems(content)
        return
    for name in ("questions", "buttons"):
        if getattr(content, name):
            yield name, "该类卡片不能有此项"


def _asking_problems(content: Content) -> Iterator[tuple[str, str]]:
    if content.layout != Layout.CHOICES and len(content.questions) > 1:
        yield "questions", "最多1项"
    if content.layout == Layout.BUTTONS:
        if not content.buttons:
            yield "buttons", "请填写"
        return
    if not content.questions:
        yield "questions", "请填写"
    if len(content.buttons) != 1 or not content.buttons[0].key:
        yield "buttons", "应有且只有一个提交按钮，并填写 key"


def answer_problem(content: Content, key: str, chosen: dict[str, list[str]]) -> str:
    """Why these answers do not fit the card, in words for who answers; "" when they do."""
    if content.button(key) is None:
        return "没有这个按钮"
    known = {one.key: one for one in content.questions}
    if set(chosen) - set(known):
        return "没有这个问题"
    for question in content.questions:
        answers = chosen.get(question.key, [])
        named = f"“{question.title}”" if question.title else ""
        if set(answers) - {one.key for one in question.options} or len(set(answers)) < len(answers):
            return f"{named}没有这个选项"
        if not answers and content.layout != Layout.BUTTONS:
            return f"请选择{named}" if named else "请至少选择一项"
        if len(answers) > 1 and not question.is_many:
            return f"{named}只能选择一项"
    return ""
