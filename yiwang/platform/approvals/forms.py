"""What people type when they act on an approval."""

from typing import Any

from django import forms

from yiwang.kernel.extension.approvals import procedures
from yiwang.kernel.files.kinds import accepted
from yiwang.platform.approvals.models import Instance, Task
from yiwang.platform.approvals.queries import phrases, tasks
from yiwang.platform.approvals.rules import COUNTERSIGN, label_of, step_of

DRAFTER = "drafter"
LONGEST_OPINION = 1000


def opinion_field(*, is_needed: bool, label: str = "意见") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4, "data-count": True})
    return forms.CharField(
        label=label,
        required=is_needed,
        max_length=LONGEST_OPINION,
        widget=widget,
        error_messages={"required": f"请填写{label}"},
    )


class ActForm(forms.Form):
    """The form of one act. about: what is acted on; phrases: 常用意见, one click away."""

    phrases: tuple[str, ...] = ()

    def __init__(self, about: Task | Instance, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.about = about
        self.prepare()

    def prepare(self) -> None:
        """What the form offers depends on what is acted on."""


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of attachments; kind and content are checked when they are stored."""

    def __init__(self) -> None:
        super().__init__(label="附件", required=False, widget=ManyFiles(attrs={"accept": accepted()}))

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in given if one]


class AgreeForm(ActForm):
    phrases = phrases.AGREEING
    opinion = opinion_field(is_needed=False)
    attachments = FilesField()
    amended = forms.BooleanField(label="修改后同意（请在意见中写明修改要求）", required=False)
    straight_back = forms.BooleanField(label="直送退回人（不再逐级办理）", required=False)

    def prepare(self) -> None:
        assert isinstance(self.about, Task)  # noqa: S101  one form, one kind
        step = step_of(self.about.instance, self.about.step)
        if step is None or (step.mode not in COUNTERSIGN and self.about.kind != Task.Kind.ADDED):
            del self.fields["amended"]
        if self.about.returned_from_id is None:
            del self.fields["straight_back"]


class DisagreeForm(ActForm):
    phrases = phrases.DISAGREEING
    opinion = opinion_field(is_needed=True)
    attachments = FilesField()


class ReturnForm(ActForm):
    phrases = phrases.RETURNING
    to_step = forms.ChoiceField(
        label="退回至", widget=forms.RadioSelect, error_messages={"required": "请选择退回到哪一步"}
    )
    opinion = opinion_field(is_needed=True, label="退回意见")
    attachments = FilesField()

    def prepare(self) -> None:
        assert isinstance(self.about, Task)  # noqa: S101  one form, one kind
        instance = self.about.instance
        earlier = [(key, label_of(instance, key)) for key in reversed(tasks.handled_steps(instance))]
        choices = [(DRAFTER, f"提交人（{instance.drafter_name}）"), *earlier]
        if earlier:
            choices[1] = (earlier[0][0], f"{earlier[0][1]}（上一步）")
        field = self.fields["to_step"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = choices
        field.initial = DRAFTER

    def clean_to_step(self) -> str | None:
        chosen: str = self.cleaned_data["to_step"]
        return None if chosen == DRAFTER else chosen


class PersonForm(ActForm):
    """picker: whom one chooses among; "department": one's own unit, "" everybody whom one may see."""

    picker = ""
    is_many = False
    person_id = forms.IntegerField(
        label="办理人", error_messages={"required": "请选择人员", "invalid": "请选择人员"}
    )


class AddForm(PersonForm):
    place = forms.ChoiceField(
        label="加签方式",
        choices=[
            ("before", "前加签：先请他提出意见，再由我办理"),
            ("after", "后加签：我办理后，再由他办理"),
            ("beside", "并签：与我同时办理"),
        ],
        widget=forms.RadioSelect,
        initial="before",
        error_messages={"required": "请选择加签方式"},
    )
    opinion = opinion_field(is_needed=False, label="说明")


class PassForm(PersonForm):
    picker = "department"
    opinion = opinion_field(is_needed=False, label="说明")


class ReadersForm(ActForm):
    is_many = True
    picker = ""
    person_ids = forms.TypedMultipleChoiceField(
        label="人员", coerce=int, error_messages={"required": "请选择人员"}
    )
    opinion = opinion_field(is_needed=False, label="附言")

    def prepare(self) -> None:
        """Any number of digits is a choice; whether it is a person is the action's matter."""
        field = self.fields["person_ids"]
        assert isinstance(field, forms.TypedMultipleChoiceField)  # noqa: S101  declared above
        given = self.data.getlist("person_ids") if hasattr(self.data, "getlist") else []
        field.choices = [(one, one) for one in given if one.isascii() and one.isdigit() and len(one) < 19]


class CirculateForm(ReadersForm):
    field_order = ("person_ids", "is_ordered", "opinion")
    is_ordered = forms.BooleanField(label="按顺序传阅（前一人阅后再送下一人）", required=False)


class UrgeForm(ActForm):
    phrases = phrases.URGING
    opinion = opinion_field(is_needed=False, label="催办留言")


class ReasonForm(ActForm):
    reason = forms.CharField(
        label="事由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": True}),
        error_messages={"required": "请填写事由"},
    )


class NoForm(ActForm):
    """Nothing to fill in: only to be confirmed."""


class DeputyForm(forms.Form):
    """委托."""

    deputy_id = forms.IntegerField(
        label="代理人", error_messages={"required": "请选择代理人", "invalid": "请选择代理人"}
    )
    valid_from = forms.DateField(
        label="开始日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "请选择开始日期", "invalid": "请按 2026-11-23 的格式填写日期"},
    )
    valid_to = forms.DateField(
        label="结束日期",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="含当日，最长90天",
        error_messages={"required": "请选择结束日期", "invalid": "请按 2026-11-23 的格式填写日期"},
    )
    procedure_keys = forms.MultipleChoiceField(
        label="委托范围", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选即为全部流程"
    )
    includes_open = forms.BooleanField(label="已在我名下的待办一并转代理人办理", required=False)
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["procedure_keys"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices = [(one.key, one.label) for one in procedures]
