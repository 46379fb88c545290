"""Texts with marks (Markdown as WeCom knows it): read once into parts, kept as parts, drawn by a template.

Known are headings, quotes, **bold**, [words](address), `code`, and the three colours of <font color="info">.
Everything else is words, and no HTML is ever put together: a template escapes every part.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec
from django.db import models

from yiwang.platform.messages.models.message import Message

MOST_BYTES = 2_048
COLOURS: Final = ("info", "comment", "warning")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_QUOTE = re.compile(r">[ \t]?(.*)")
_MARKS = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\[(?P<words>[^\[\]]{1,200})\]\((?P<address>[^()\s]{1,500})\)"
    r"|(?P<bold>\*\*)"
    r"|<font[ \t]+color[ \t]*=[ \t]*[\"']?(?P<colour>info|comment|warning)[\"']?[ \t]*>"
    r"|(?P<end></font>)",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


class Span(msgspec.Struct, omit_defaults=True, frozen=True):
    """Words that look alike. url: where they lead."""

    text: str
    bold: bool = False
    code: bool = False
    colour: str = ""
    url: str = ""


class Block(msgspec.Struct, omit_defaults=True, frozen=True):
    """kind: text, quote or h1 to h6; lines of spans."""

    kind: str
    lines: list[list[Span]]


@dataclass(slots=True)
class _Look:
    """How the words look that come next."""

    bold: bool = False
    colour: str = ""
    found: list[Span] = field(default_factory=list)

    def say(self, text: str, *, url: str = "", code: bool = False) -> None:
        if text:
            self.found.append(Span(text, self.bold and not code, code, self.colour, url))


def read(source: str, may_lead: Callable[[str], bool]) -> list[Block]:
    """The parts of a text. may_lead: whether a link may; else its words alone stay."""
    blocks: list[Block] = []
    for line in _CONTROL.sub("", source.replace("\r\n", "\n").replace("\r", "\n")).strip("\n").split("\n"):
        kind, rest = _kind_of(line)
        spans = list(_spans(rest, may_lead))
        if blocks and blocks[-1].kind == kind and not kind.startswith("h"):
            blocks[-1].lines.append(spans)
        else:
            blocks.append(Block(kind, [spans]))
    return blocks


def _kind_of(line: str) -> tuple[str, str]:
    if heading := _HEADING.fullmatch(line):
        return f"h{len(heading[1])}", heading[2].strip()
    if quote := _QUOTE.fullmatch(line):
        return "quote", quote[1]
    return "text", line


def _spans(line: str, may_lead: Callable[[str], bool]) -> Iterator[Span]:
    """A mark of bold without its fellow is two stars; a colour ends with its line."""
    look, at = _Look(), 0
    left = sum(1 for one in _MARKS.finditer(line) if one["bold"])
    for one in _MARKS.finditer(line):
        look.say(line[at : one.start()])
        at = one.end()
        if one["code"]:
            look.say(one["code"], code=True)
        elif one["words"]:
            look.say(one["words"], url=one["address"] if may_lead(one["address"]) else "")
        elif one["bold"]:
            left -= 1
            if look.bold or left:
                look.bold = not look.bold
            else:
                look.say("**")
        else:
            look.colour = (one["colour"] or "").lower()
    look.say(line[at:])
    return iter(look.found)


def plain(blocks: list[Block]) -> str:
    """The words alone, for lists, pushes and texts."""
    lines = ("".join(span.text for span in line).strip() for block in blocks for line in block.lines)
    return "\n".join(lines).strip()


def links(blocks: list[Block]) -> list[str]:
    """Where it leads."""
    return [span.url for block in blocks for line in block.lines for span in line if span.url]


class RichText(models.Model):
    """The text of a message that has marks. parts: Blocks."""

    message = models.OneToOneField(
        Message, verbose_name="消息", on_delete=models.PROTECT, related_name="rich_text", primary_key=True
    )
    parts = models.JSONField("内容")

    if TYPE_CHECKING:
        message_id: int

    class Meta:
        verbose_name = "富文本"

    def __str__(self) -> str:
        return str(self.message_id)

    @property
    def blocks(self) -> list[Block]:
        """As they are drawn."""
        return msgspec.convert(self.parts, list[Block])


def stored(blocks: list[Block]) -> list[dict[str, Any]]:
    """As they are kept."""
    found: list[dict[str, Any]] = msgspec.to_builtins(blocks)
    return found
