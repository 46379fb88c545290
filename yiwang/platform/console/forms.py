"""What administrators type."""

from collections.abc import Mapping
from typing import Any

from django import forms

from yiwang.kernel.errors import Refused
from yiwang.kernel.extension.parameters import Parameter
from yiwang.kernel.extension.permissions import permissions

_LAST_ID = 2**63 - 1
_WRONG_UNIT = "请在查找结果中选择机构"
_NO_UNIT = dict.fromkeys(("invalid", "min_value", "max_value"), _WRONG_UNIT)


def refuse_typed_unit(form: forms.Form, field: str, sent: Mapping[str, Any]) -> None:
    """A name that was typed and not chosen is asked about: no unit would mean the whole district."""
    if str(sent.get("q", "")).strip() and not sent.get(field):
        form.add_error(field, _WRONG_UNIT)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})


class SuspendForm(forms.Form):
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})
    starts_on = forms.DateField(
        label="停用日期",
        required=False,
        help_text="留空表示立即停用",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请按 2026-11-23 的格式填写日期"},
    )
    ends_on = forms.DateField(
        label="停用至",
        required=False,
        help_text="长期离岗的填写最后一天，次日自动恢复；留空表示由管理员恢复",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请按 2026-11-23 的格式填写日期"},
    )


class GrantForm(forms.Form):
    permission = forms.ChoiceField(label="权限", error_messages={"required": "请选择权限"})
    unit_id = forms.IntegerField(
        label="范围",
        required=False,
        min_value=1,
        max_value=_LAST_ID,
        help_text="不选择表示全区；选择机构表示该机构及下级",
        error_messages=_NO_UNIT,
    )
    valid_to = forms.DateField(
        label="截止日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请按 2026-11-23 的格式填写日期"},
    )
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        choices = [(one.key, one.label) for one in sorted(permissions, key=lambda one: one.key)]
        self.fields["permission"].choices = [("", "请选择"), *choices]  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """A value of a code list. series: those of the list; none where the list has none. longest: its word."""

    series = forms.CharField(
        label="系列", max_length=30, required=False, help_text="可选已有系列，也可填写新的系列"
    )

    def __init__(self, *args: Any, series: list[str], longest: int = 30, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["label"] = forms.CharField(
            label="名称", max_length=longest, error_messages={"required": "请填写名称"}
        )
        self.known_series = [one for one in series if one]
        if not self.known_series:
            del self.fields["series"]
        else:
            self.fields["series"].widget.attrs["list"] = "known-series"


class ParameterForm(forms.Form):
    """The value of a parameter and why it is changed. seen: the value that was shown."""

    seen = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    value = forms.CharField(label="取值", max_length=60, error_messages={"required": "请填写取值"})
    reason = forms.CharField(
        label="修改依据",
        max_length=200,
        help_text="文件名称、文号或会议决定",
        error_messages={"required": "请填写修改依据"},
    )

    def __init__(self, *args: Any, parameter: Parameter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        value = self.fields["value"]
        if parameter.is_number:
            value.label = f"取值（{parameter.measure}）"
            value.help_text = f"{parameter.least}至{parameter.most}的整数"
            value.widget.attrs["inputmode"] = "numeric"


_DATE = {"invalid": "请按 2026-11-23 的格式填写日期"}


class RoleForm(forms.Form):
    """A role for somebody. roles, places, posts: what this administrator may choose for this account."""

    role = forms.ChoiceField(label="角色", error_messages={"required": "请选择角色"})
    unit = forms.ChoiceField(label="范围", required=False, help_text="面向全区的角色无须选择")
    other_unit = forms.IntegerField(
        label="其他机构",
        required=False,
        min_value=1,
        max_value=_LAST_ID,
        help_text="范围不在上面列出时查找选择，如分管领导联系的单位",
        error_messages=_NO_UNIT,
    )
    includes_below = forms.BooleanField(label="含下级机构", required=False, initial=True)
    post = forms.ChoiceField(
        label="随哪个职务终止", required=False, help_text="该职务结束时角色自动终止；不选的，离开该单位时终止"
    )
    basis = forms.CharField(
        label="依据文号",
        max_length=60,
        required=False,
        help_text="任命系统管理员、安全管理员、审计管理员必须填写",
    )
    valid_from = forms.DateField(
        label="生效日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="留空为今天",
        error_messages=_DATE,
    )
    valid_to = forms.DateField(
        label="失效日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="留空为长期",
        error_messages=_DATE,
    )
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})

    def __init__(
        self,
        *args: Any,
        roles: list[tuple[str, str]],
        places: list[tuple[str, str]],
        posts: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, first, choices in (
            ("role", "请选择", roles),
            ("unit", "请选择", places),
            ("post", "不限", posts),
        ):
            self.fields[name].choices = [("", first), *choices]  # type: ignore[attr-defined]
        self.fields["unit"].initial = places[0][0] if places else ""

    def refuse(self, refused: Refused) -> None:
        """Show why the role was not granted, beside the field that it is about."""
        known = {field: text for field, text in refused.fields.items() if field in self.fields}
        for field, text in known.items():
            self.add_error(field, text)
        if not known:
            self.add_error(None, "；".join(refused.fields.values()) or refused.message)
