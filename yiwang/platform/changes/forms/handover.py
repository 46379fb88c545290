"""What people type on a handover."""

from django import forms

from yiwang.platform.changes.models import Handover, HandoverItem

_DAY = forms.DateInput(attrs={"type": "date"})
_WRONG_DAY = "请按 2026-11-23 的格式填写日期"


class StartForm(forms.Form):
    """An administrator has a handover made."""

    occasion = forms.ChoiceField(
        label="事由类别",
        choices=[
            (one.value, one.label) for one in Handover.Occasion if one != Handover.Occasion.DEREGISTRATION
        ],
        error_messages={"required": "请选择事由类别"},
    )
    effective_on = forms.DateField(
        label="离岗日期", widget=_DAY, error_messages={"required": "请填写离岗日期", "invalid": _WRONG_DAY}
    )
    due_on = forms.DateField(
        label="办理期限",
        widget=_DAY,
        required=False,
        help_text="不填为离岗当日",
        error_messages={"invalid": _WRONG_DAY},
    )
    reason = forms.CharField(label="事由", max_length=200, required=False)


class RevisionForm(forms.Form):
    """Which state of the sheet the user saw."""

    revision = forms.IntegerField(
        error_messages={"required": "请刷新页面后重试", "invalid": "请刷新页面后重试"}
    )


class DecideForm(RevisionForm):
    """One decision for the ticked things."""

    items = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": "请勾选事项"})
    decision = forms.ChoiceField(
        choices=[(one.value, one.label) for one in HandoverItem.Decision],
        required=False,
    )
    successor = forms.IntegerField(
        label="接收人", required=False, widget=forms.HiddenInput, error_messages={"invalid": "请选择接收人"}
    )
    successor_text = forms.CharField(max_length=100, required=False)
    keep_reason = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: object, item_ids: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["items"].choices = [(pk, pk) for pk in item_ids]  # type: ignore[attr-defined]


class SubmitForm(RevisionForm):
    behalf = forms.CharField(label="代办原因", max_length=200, required=False)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=200, error_messages={"required": "请填写原因"})
