"""Fields in which a unit is typed or chosen: “朱家角镇（QP-0301）”, its code alone, or its short name."""

import re
from typing import Any

from django import forms
from django.urls import reverse

from yiwang.platform.org.models import Unit, UnitQuerySet

_CODE = re.compile(r"[(（]\s*([A-Za-z0-9-]+)\s*[)）]\s*$")


def written(unit: Unit | None) -> str:
    """How a chosen unit stands in its field."""
    return f"{unit.short_name}（{unit.code}）" if unit else ""


class UnitInput(forms.TextInput):
    """A line with suggestions; without scripts the code can be typed."""

    template_name = "changes/units/_unit_input.html"

    def __init__(self, scope: str = "all", attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "placeholder": "输入名称或编码查找", **(attrs or {})})
        self.scope = scope

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["options_url"] = reverse("changes:unit_options", query={"scope": self.scope})
        return context


class UnitField(forms.CharField):
    """units: what may be chosen, set by the form for its user; scope: what is suggested."""

    def __init__(self, *, scope: str = "all", missing: str = "请选择机构", **more: Any) -> None:
        super().__init__(max_length=80, widget=UnitInput(scope), error_messages={"required": missing}, **more)
        self.units: UnitQuerySet = Unit.objects.none()

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Unit) else value

    def clean(self, value: Any) -> Unit | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        named = _CODE.search(text)
        code = (named[1] if named else text).upper()
        found = self.units.filter(code=code).first()
        if found is None and not named:
            same = list(self.units.filter(short_name=text)[:2])
            found = same[0] if len(same) == 1 else None
        if found is None:
            raise forms.ValidationError("没有找到该机构，请从提示中选择或填写机构编码")
        return found
