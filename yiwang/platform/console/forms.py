"""What administrators type."""

from django import forms

from yiwang.kernel.extension.permissions import permissions


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
    unit_code = forms.CharField(
        label="单位编码",
        max_length=32,
        required=False,
        help_text="留空表示全区；填写机构编码表示该单位及下级",
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
