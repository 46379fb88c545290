"""template_card of the face shaped like WeCom's: its words onto ours and, when something is wrong, back.

WeCom's attachments and mini programs have no counterpart here and are refused by name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.open_calls import WecomError
from yiwang.platform.clients.vocabulary import ERRCODES
from yiwang.platform.messages.actions.open_messages import CardDraft
from yiwang.platform.messages.models import card_content as own

_LAYOUTS = {
    "text_notice": own.Layout.NOTICE,
    "news_notice": own.Layout.PICTURE,
    "button_interaction": own.Layout.BUTTONS,
    "vote_interaction": own.Layout.VOTE,
    "multiple_interaction": own.Layout.CHOICES,
}
_STYLES = {1: "primary", 2: "plain", 3: "danger", 4: "quiet"}
_NOTHING, _LINK, _PERSON = 0, 1, 3  # types of what a press leads to; 2 is a mini program or an attachment

# Ours → WeCom's, for what is wrong with a field; questions and buttons are named by the kind of card.
_NAMES = {
    "title": "main_title.title",
    "text": "main_title.desc",
    "note": "sub_title_text",
    "url": "card_action.url",
    "source.name": "source.desc",
    "source.icon": "source.icon_url",
    "source.tone": "source.desc_color",
    "emphasis.figure": "emphasis_content.title",
    "emphasis.note": "emphasis_content.desc",
    "quote.title": "quote_area.title",
    "quote.text": "quote_area.quote_text",
    "quote.url": "quote_area.url",
    "rows": "horizontal_content_list",
    "rows[].name": "horizontal_content_list[].keyname",
    "rows[].value": "horizontal_content_list[].value",
    "rows[].url": "horizontal_content_list[].url",
    "links": "jump_list",
    "links[].title": "jump_list[].title",
    "links[].url": "jump_list[].url",
    "picture": "card_image",
    "picture.url": "card_image.url",
    "feature.title": "image_text_area.title",
    "feature.text": "image_text_area.desc",
    "feature.picture": "image_text_area.image_url",
    "feature.url": "image_text_area.url",
    "sections": "vertical_content_list",
    "sections[].title": "vertical_content_list[].title",
    "sections[].text": "vertical_content_list[].desc",
    "menu": "action_menu.action_list",
    "menu[].text": "action_menu.action_list[].text",
    "menu[].key": "action_menu.action_list[].key",
}
_QUESTIONS = {
    own.Layout.BUTTONS: "button_selection",
    own.Layout.VOTE: "checkbox",
    own.Layout.CHOICES: "select_list[]",
}
_QUESTION_FIELDS = {
    "": "",
    ".key": ".question_key",
    ".title": ".title",
    ".options": ".option_list",
    ".options[].key": ".option_list[].id",
    ".options[].text": ".option_list[].text",
}


def wrong(why: str, errcode: int = 40058) -> WecomError:
    """The number, and which field it is about."""
    return WecomError(errcode, f"{ERRCODES[errcode]}：{why}")


@dataclass(frozen=True)
class Part:
    """An object of a request: what it holds, and where it stands."""

    values: Mapping[str, Any]
    path: str

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise wrong(f"{self.path}.{name} 应为字符串")
        return str(value)

    def number(self, name: str, allowed: Sequence[int], default: int) -> int:
        value = self.values.get(name, default)
        if isinstance(value, bool) or value not in allowed:
            raise wrong(f"{self.path}.{name} 应为{'、'.join(map(str, allowed))}")
        return int(value)

    def part(self, name: str) -> "Part | None":
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise wrong(f"{self.path}.{name} 应为对象")
        return Part(value, f"{self.path}.{name}")

    def parts(self, name: str) -> list["Part"]:
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise wrong(f"{self.path}.{name} 应为对象的数组")
        return [Part(one, f"{self.path}.{name}[{place}]") for place, one in enumerate(value)]

    def address(self, *, others: Sequence[int] = ()) -> str:
        """url, as far as type says that it leads to one."""
        kind = self.number("type", (_NOTHING, _LINK, *others), _LINK if self.values.get("url") else _NOTHING)
        return self.text("url") if kind == _LINK else ""


def draft_of(values: Mapping[str, Any]) -> CardDraft:
    """A card to be sent."""
    card = Part(values, "template_card")
    layout = _LAYOUTS.get(card.text("card_type"))
    if layout is None:
        raise wrong(f"template_card.card_type 应为{'、'.join(_LAYOUTS)}")
    action = card.part("card_action")
    if action is None and layout not in own.ASKING:
        raise wrong("缺少 template_card.card_action")
    title = card.part("main_title")
    content = own.Content(
        layout=layout,
        title=title.text("title") if title else "",
        text=title.text("desc") if title else "",
        note=card.text("sub_title_text"),
        url=action.address() if action else "",
        rows=[_row(one) for one in card.parts("horizontal_content_list")],
        links=[own.Link(one.text("title"), one.address()) for one in card.parts("jump_list")],
        sections=[
            own.Section(one.text("title"), one.text("desc")) for one in card.parts("vertical_content_list")
        ],
        questions=_questions(card, layout),
        buttons=_buttons(card, layout),
    )
    _add_parts(content, card)
    return CardDraft(content, card.text("task_id"))


def _add_parts(content: own.Content, card: Part) -> None:
    if source := card.part("source"):
        tone = own.TONES[source.number("desc_color", range(4), 0)]
        content.source = own.Source(source.text("desc"), source.text("icon_url"), tone)
    if emphasis := card.part("emphasis_content"):
        content.emphasis = own.Emphasis(emphasis.text("title"), emphasis.text("desc"))
    if quote := card.part("quote_area"):
        content.quote = own.Quote(quote.text("title"), quote.text("quote_text"), quote.address())
    if picture := card.part("card_image"):
        content.picture = own.Picture(picture.text("url"))
    if area := card.part("image_text_area"):
        content.feature = own.Feature(
            area.text("title"), area.text("desc"), area.text("image_url"), area.address()
        )
    if menu := card.part("action_menu"):
        content.menu = [own.Button(one.text("text"), one.text("key")) for one in menu.parts("action_list")]


def _row(part: Part) -> own.Row:
    row = own.Row(part.text("keyname"), part.text("value"), part.address(others=(_PERSON,)))
    if part.values.get("type") == _PERSON:
        person = part.text("userid")
        if not (person.isascii() and person.isdigit() and len(person) < 19):
            raise wrong(f"{part.path}.userid")
        row.person_id = int(person)
    return row


def _questions(card: Part, layout: own.Layout) -> list[own.Question]:
    if layout == own.Layout.BUTTONS:
        one = card.part("button_selection")
        return [_selection(one)] if one else []
    if layout == own.Layout.VOTE:
        box = card.part("checkbox")
        return [_checkbox(box)] if box else []
    return [_selection(one) for one in card.parts("select_list")]


def _selection(part: Part) -> own.Question:
    chosen = part.text("selected_id")
    options = [
        own.Option(one.text("id"), one.text("text"), bool(chosen) and one.text("id") == chosen)
        for one in part.parts("option_list")
    ]
    return own.Question(part.text("question_key"), part.text("title"), options=options)


def _checkbox(part: Part) -> own.Question:
    options = [
        own.Option(one.text("id"), one.text("text"), bool(one.values.get("is_checked")))
        for one in part.parts("option_list")
    ]
    is_many = part.number("mode", (0, 1), 0) == 1
    return own.Question(part.text("question_key"), is_many=is_many, options=options)


def _buttons(card: Part, layout: own.Layout) -> list[own.Button]:
    if layout in (own.Layout.VOTE, own.Layout.CHOICES):
        submit = card.part("submit_button")
        return [own.Button(submit.text("text"), submit.text("key"), style="primary")] if submit else []
    return [_button(one) for one in card.parts("button_list")]


def _button(part: Part) -> own.Button:
    style = _STYLES[part.number("style", tuple(_STYLES), 1)]
    if part.number("type", (0, 1), 0) == 1:
        return own.Button(part.text("text"), url=part.text("url"), style=style)
    return own.Button(part.text("text"), part.text("key"), style=style)


def told(refusal: Refused, draft: CardDraft) -> WecomError:
    """A refusal about fields of a card, in WeCom's words; others are passed on by the caller."""
    path, why = next(iter(refusal.fields.items()))
    if path == "card.task_id":
        return wrong(f"template_card.task_id {why}", 42014)
    return wrong(f"template_card.{_named(path.removeprefix('card.'), draft.content.layout)} {why}")


def is_about_card(refusal: Refused) -> bool:
    return any(path.startswith("card.") for path in refusal.fields)


def _named(path: str, layout: own.Layout) -> str:
    """WeCom's name of one of our fields."""
    places = re.findall(r"\[(\d+)\]", path)
    general = re.sub(r"\[\d+\]", "[]", path)
    head, _, rest = general.partition("[]")
    if head == "questions":
        place = _QUESTIONS.get(layout, "select_list[]")
        found = place.removesuffix("[]") if "[" not in general else place + _QUESTION_FIELDS.get(rest, rest)
        places = places if place.endswith("[]") else places[1:]
    elif head == "buttons":
        is_list = layout not in (own.Layout.VOTE, own.Layout.CHOICES)
        found = (
            f"button_list[]{rest}"
            if is_list and "[" in general
            else "button_list"
            if is_list
            else f"submit_button{rest}"
        )
        places = places if is_list else []
    else:
        found = _NAMES.get(general, general)
    for place in places:
        found = found.replace("[]", f"[{place}]", 1)
    return found.replace("[]", "")
