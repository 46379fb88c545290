"""Pages say the same with the shortcuts as without them."""

import functools
from typing import Any

import pytest
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as some
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError, pass_context
from markupsafe import Markup, escape

from yiwang.kernel.template_engine import TemplateEngine, as_output

TEMPLATES = {
    "parts": """
{% macro mark(text, tone="grey") %}
<b class="{{ tone }}">{{ text }}{% if caller is defined %}{{ caller(1) }}{% endif %}</b>
{% endmacro %}""",
    "page": """
{% from "parts" import mark %}
{{ value }}|{{ mark(value) }}|{{ mark(value, tone=value) }}|{{ value ~ "<" }}
{% for one in [value, 1, none] %}
{{ seen_in(one) }}{{ plain(one) }}{{ kept("<i>") }}{{ one | string | upper }}
{% endfor %}
{% call(x) mark("<") %}{{ x }}{{ value }}{% endcall %}
{% set block %}<i>{{ value }}</i>{% endset %}
{{ block }}{{ "<".join(["a", "b"]) }}{{ thing(value) }}{{ thing.say("<") }}""",
}


class Thing:
    def __call__(self, value: Any) -> str:
        return f"<{value}>"

    def say(self, value: str) -> Markup:
        return Markup("<i>{}</i>").format(value)


@pass_context
def seen_in(context: Any, one: Any) -> str:
    return f"{one}{context['value']}{'page' in str(context.name)}"


def pages(**more: Any) -> list[str]:
    made = []
    for kind in (Environment, TemplateEngine):
        engine = kind(loader=DictLoader(TEMPLATES | more), autoescape=True, undefined=StrictUndefined)
        engine.globals.update(
            seen_in=seen_in, plain=lambda one: f"<{one}>", kept=functools.cache(Markup), thing=Thing()
        )
        made.append(engine.get_template("page").render(value="<a href='x'>&\"</a>"))
    return made


def test_pages_are_the_same() -> None:
    plain, quick = pages()
    assert quick == plain and "&lt;a href" in quick and "<a href" not in quick


@given(some.one_of(some.text(), some.integers(), some.floats(), some.none(), some.lists(some.text())))
def test_values_are_written_the_same(value: object) -> None:
    assert as_output(value) == escape(value)
    assert as_output(Markup("<b>{}</b>").format(value)) == Markup("<b>{}</b>").format(value)


def test_what_is_no_plain_markup() -> None:
    assert as_output(mark_safe("<b>")) == "<b>"
    assert as_output(format_html("<b>{}</b>", "<")) == "<b>&lt;</b>"

    class Own(Markup):
        def __html__(self) -> "Own":
            return Own("own")

    assert as_output(Own("<b>")) == "own"


def test_what_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        pages(page="{{ missing }}")
    with pytest.raises(UndefinedError):
        pages(page="{{ missing() }}")
