"""No form speaks English to a civil servant."""

import inspect
import re
from typing import Any

from django import forms
from django.core import validators
from django.forms import fields, formsets, models

_ENGLISH = re.compile(r"[A-Za-z]{4,}")


def _without_slots(text: object) -> str:
    return re.sub(r"%\(\w+\)[sd]|\{\w+\}", "", str(text))


def test_every_message_of_django_forms_is_chinese() -> None:
    classes: list[Any] = [
        one
        for module in (fields, models, formsets)
        for _, one in inspect.getmembers(module, inspect.isclass)
        if "default_error_messages" in vars(one)
    ]
    assert len(classes) > 20
    for one in classes:
        for code, message in one.default_error_messages.items():
            assert not _ENGLISH.search(_without_slots(message)), f"{one.__name__}.{code}: {message}"


def test_every_validator_is_chinese() -> None:
    named: list[tuple[str, Any]] = inspect.getmembers(validators, inspect.isclass)
    for name, one in named:
        messages = list(getattr(one, "messages", {}).values()) if name == "DecimalValidator" else []
        if "message" in vars(one) and name != "ValidationError":
            messages.append(one.message)
        for message in messages:
            assert not _ENGLISH.search(_without_slots(message)), f"{name}: {message}"


def test_they_reach_the_user() -> None:
    class Form(forms.Form):
        name = forms.CharField(min_length=2)
        at = forms.DateField()
        number = forms.IntegerField(max_value=5)
        email = forms.EmailField()
        kind = forms.ChoiceField(choices=[("a", "甲")])

    form = Form({"name": "王", "at": "昨天", "number": "9", "email": "x", "kind": "b"})
    assert {name: errors[0] for name, errors in form.errors.items()} == {
        "name": "不能少于2个字（当前1个字）",
        "at": "日期格式应为2026-11-23",
        "number": "不能大于5",
        "email": "电子邮箱格式不正确",
        "kind": "请从选项中选择",
    }
    assert Form({}).errors["name"] == ["请填写此项"]
