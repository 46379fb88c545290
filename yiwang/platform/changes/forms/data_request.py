"""What people type for a correction of their data, and what is answered."""

from django import forms

from yiwang.platform.changes.models import DataRequest


class AskForm(forms.Form):
    field = forms.ChoiceField(
        label="更正内容",
        choices=[("", "请选择"), *DataRequest.Field.choices],
        error_messages={"required": "请选择更正内容"},
    )
    wrong = forms.CharField(
        label="现有信息的问题",
        max_length=200,
        help_text="请勿填写完整的证件号码和手机号码",
        error_messages={"required": "请说明现有信息的问题"},
    )
    right = forms.CharField(label="更正为", max_length=200, required=False)


class AnswerForm(forms.Form):
    outcome = forms.ChoiceField(
        label="处理结果",
        widget=forms.RadioSelect,
        choices=[("corrected", "已更正"), ("refused", "不予更正")],
        error_messages={"required": "请选择处理结果"},
    )
    answer = forms.CharField(
        label="更正情况或理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请填写更正情况或理由"},
    )
