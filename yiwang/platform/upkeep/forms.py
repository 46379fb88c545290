"""What people type in keeping the address book true."""

from collections.abc import Sequence

from django import forms

_LONG = forms.Textarea(attrs={"rows": 3})


class ReportForm(forms.Form):
    """纠错: which field, what is wrong, what is right."""

    field = forms.ChoiceField(
        label="有误的内容",
        choices=(),
        error_messages={"required": "请选择有误的内容", "invalid_choice": "请选择有误的内容"},
    )
    wrong = forms.CharField(
        label="哪里有误",
        max_length=200,
        widget=_LONG,
        help_text="请勿填写身份证号码",
        error_messages={"required": "请说明哪里有误"},
    )
    right = forms.CharField(
        label="正确内容",
        max_length=200,
        required=False,
        help_text="知道正确内容的请填写，由该单位管理员核实后更正",
    )

    def __init__(self, *args: object, offered: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        self.fields["field"].choices = [("", "请选择"), *offered]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """已更正、不属实 or 转交, with words."""

    words = forms.CharField(label="答复内容", max_length=300, required=False, widget=_LONG)
    unit = forms.IntegerField(required=False, error_messages={"invalid": "请选择接收单位"})
