"""What people type in keeping the address book true."""

from collections.abc import Sequence

from django import forms

from yiwang.platform.upkeep.models import Correction, KnownChange

_LONG = forms.Textarea(attrs={"rows": 3})
_DAY = forms.DateInput(attrs={"type": "date"})
_WRONG_DAY = "请按 2026-11-23 的格式填写日期"


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


class KnownForm(forms.Form):
    """登记变动: who, what, since when, by what paper."""

    person = forms.IntegerField(required=False, error_messages={"invalid": "请选择人员"})
    person_name = forms.CharField(
        label="姓名", max_length=60, required=False, help_text="尚未录入平台的人员填写姓名并选择单位"
    )
    unit = forms.IntegerField(required=False, error_messages={"invalid": "请选择单位"})
    what = forms.ChoiceField(
        label="变动内容",
        choices=[("", "请选择"), *KnownChange.What.choices],
        error_messages={"required": "请选择变动内容", "invalid_choice": "请选择变动内容"},
    )
    change_date = forms.DateField(
        label="变动日期",
        widget=_DAY,
        help_text="文件日期或实际变动日期，更新期限自次日起7个工作日",
        error_messages={"required": "请填写变动日期", "invalid": _WRONG_DAY},
    )
    basis = forms.CharField(
        label="依据",
        max_length=100,
        help_text="文号、来电、来函等",
        error_messages={"required": "请填写依据，如文号、来电"},
    )
    note = forms.CharField(label="说明", max_length=200, required=False, widget=_LONG)


class WordsForm(forms.Form):
    words = forms.CharField(label="办理说明", max_length=200, required=False, widget=_LONG)


class ConfirmForm(forms.Form):
    """核对确认. digest: of the list that was shown."""

    digest = forms.RegexField(r"[0-9a-f]{64}", error_messages={"required": "请刷新页面后重试"})
    note = forms.CharField(label="核对说明", max_length=500, required=False, widget=_LONG)


class DrawForm(forms.Form):
    share = forms.IntegerField(
        label="每单位比例（%）",
        min_value=1,
        max_value=20,
        initial=2,
        error_messages={"required": "请填写比例", "min_value": "应为1至20", "max_value": "应为1至20"},
    )
    least = forms.IntegerField(
        label="每单位最少人数",
        min_value=1,
        max_value=50,
        initial=3,
        error_messages={"required": "请填写人数", "min_value": "应为1至50", "max_value": "应为1至50"},
    )


class CheckedForm(forms.Form):
    """What came of checking one person of a sample."""

    result = forms.ChoiceField(
        label="核查结果",
        choices=[("right", "无误"), ("wrong", "有误"), ("unreached", "未能核实")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择核查结果", "invalid_choice": "请选择核查结果"},
    )
    field = forms.ChoiceField(
        label="有误的内容",
        required=False,
        choices=[("", "请选择"), *((one.value, one.label) for one in Correction.OF_PERSON)],
        error_messages={"invalid_choice": "请选择有误的内容"},
    )
    words = forms.CharField(
        label="说明", max_length=200, required=False, widget=_LONG, help_text="有误、未能核实的须填写"
    )
