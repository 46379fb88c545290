"""What people write into applications for unit changes: one form for each kind."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from yiwang.kernel.files.kinds import accepted
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.changes.forms.unit_fields import UnitField
from yiwang.platform.changes.models import UnitChange
from yiwang.platform.changes.queries import unit_choices
from yiwang.platform.changes.rules import plans
from yiwang.platform.changes.rules import unit_change as rules
from yiwang.platform.org.models import Unit, UnitAlias
from yiwang.platform.org.queries.checks import DETAILS
from yiwang.platform.org.queries.units import next_code
from yiwang.platform.org.queries.words import plates_on

Kind = UnitChange.Kind

_DATE = {"type": "date"}
_BLANK = [("", "请选择")]
_UNTOUCHED = ("source_note",)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="事由", max_length=200, error_messages={"required": "请填写事由"})


class ChangeForm(forms.Form):
    """What every application says besides its plan. user: who writes; target: the unit it is about."""

    effective_on = forms.DateField(
        label="生效日期",
        widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d"),
        error_messages={"required": "请填写生效日期"},
    )
    backdating_reason = forms.CharField(
        label="追溯生效原因", max_length=200, required=False, help_text="生效日期早于今天时填写，最多追溯30天"
    )
    basis = forms.CharField(
        label="依据文号",
        max_length=60,
        required=False,
        help_text="如：青编〔2026〕8号。一至三级机构的调整须填写文号或上传文件",
    )
    file = forms.FileField(
        label="依据文件", required=False, widget=forms.FileInput(attrs={"accept": accepted()})
    )
    reason = forms.CharField(
        label="调整事由", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, user: Principal, target: Unit | None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.user, self.target = user, target
        self.initial.setdefault("effective_on", timezone.localdate())
        if not rules.maintains_tree(user):
            del self.fields["backdating_reason"]
        for field in self.fields.values():
            if isinstance(field, UnitField):
                field.units = unit_choices.choosable(user)

    def common(self) -> dict[str, Any]:
        """The columns of the application itself."""
        names = ("effective_on", "backdating_reason", "basis", "reason")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    @property
    def own_fields(self) -> list[forms.BoundField]:
        """The fields of the plan, before those every application has."""
        shared = set(ChangeForm.base_fields)
        return [field for field in self if field.name not in shared]

    @property
    def shared_fields(self) -> list[forms.BoundField]:
        shared = set(ChangeForm.base_fields)
        return [field for field in self if field.name in shared]

    def plan(self) -> plans.Plan:
        """The plan that was written down."""
        raise NotImplementedError


def _new_unit_fields(prefix: str = "", *, required: bool = True) -> dict[str, forms.Field]:
    """The fields of a unit that is to be set up."""
    types = [*_BLANK, *(one for one in Unit.NodeType.choices if one[0] != "category"), ("category", "分类")]
    fields: dict[str, forms.Field] = {
        "full_name": forms.CharField(label="全称", max_length=100),
        "short_name": forms.CharField(label="简称", max_length=30, help_text="二级机构的简称用于主送、抄送"),
        "code": forms.CharField(
            label="机构编码", max_length=32, help_text="编码一经使用不再变更，也不重复使用"
        ),
        "node_type": forms.ChoiceField(label="节点类型", choices=types),
        "nature": forms.ChoiceField(
            label="单位性质", choices=[*_BLANK, *Unit.Nature.choices], required=False
        ),
        "rank": forms.ChoiceField(label="机构规格", choices=[*_BLANK, *Unit.Rank.choices], required=False),
        "uscc": forms.CharField(
            label="统一社会信用代码",
            max_length=18,
            required=False,
            help_text="单位、下属单位、居（村）委会和企业须填写，内设机构没有",
        ),
        "duty_phone": forms.CharField(label="值班电话", max_length=30, required=False),
        "region_code": forms.CharField(label="行政区划代码", max_length=12, required=False),
        "word": forms.CharField(label="发文机关代字", max_length=12, required=False, help_text="如：青数"),
        "exchanges_documents": forms.BooleanField(label="独立收发文", required=False),
    }
    for name, message in (
        *(("full_name", "请填写全称"), ("short_name", "请填写简称")),
        *(("code", "请填写机构编码"), ("node_type", "请选择节点类型")),
    ):
        fields[name].error_messages["required"] = message
        fields[name].required = required
    return {prefix + name: field for name, field in fields.items()}


def _new_unit(data: dict[str, Any], prefix: str = "") -> plans.NewUnit:
    return plans.NewUnit(**{name: data[prefix + name] for name in _new_unit_fields()})


class CreateForm(ChangeForm):
    parent = UnitField(label="上级机构", scope="own", missing="请选择上级机构")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["parent"].units = unit_choices.applicable(self.user)  # type: ignore[attr-defined]  # UnitField
        shared = {name: self.fields.pop(name) for name in list(self.fields) if name in ChangeForm.base_fields}
        self.fields |= _new_unit_fields() | shared
        parent = self.initial.get("parent")
        if isinstance(parent, Unit):
            self.initial.setdefault("code", next_code(parent))

    def plan(self) -> plans.Create:
        return plans.Create(parent=self.cleaned_data["parent"].pk, unit=_new_unit(self.cleaned_data))


class RenameForm(ChangeForm):
    full_name = forms.CharField(label="新全称", max_length=100, error_messages={"required": "请填写新全称"})
    short_name = forms.CharField(label="新简称", max_length=30, error_messages={"required": "请填写新简称"})
    word = forms.CharField(
        label="新发文机关代字",
        max_length=12,
        required=False,
        help_text="填写后原代字自生效日起停用；留空则代字不变",
    )

    def plan(self) -> plans.Rename:
        data = self.cleaned_data
        return plans.Rename(full_name=data["full_name"], short_name=data["short_name"], word=data["word"])


class MergeForm(ChangeForm):
    """Up to four further sources; into an existing unit, or into a new one."""

    MOST = 4

    into = UnitField(
        label="并入的机构", required=False, help_text="并入已有机构时填写；合并为新机构时留空并填写下方各项"
    )
    parent = UnitField(label="新机构的上级", required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        own = {name: self.fields.pop(name) for name in ("into", "parent")}
        shared = {name: self.fields.pop(name) for name in list(self.fields)}
        others = {
            f"source_{number}": UnitField(label=f"一并合并的机构{number}", required=False)
            for number in range(1, self.MOST + 1)
        }
        for field in others.values():
            field.units = unit_choices.choosable(self.user)
        self.fields = others | own | _new_unit_fields(required=False) | shared

    @property
    def is_new(self) -> bool:
        return not self.cleaned_data.get("into")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("into"):
            return data
        for name, message in (
            *(("parent", "请选择并入的机构，或填写新机构的上级"), ("full_name", "请填写全称")),
            *(("short_name", "请填写简称"), ("code", "请填写机构编码"), ("node_type", "请选择节点类型")),
        ):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, message)
        return data

    def plan(self) -> plans.Merge:
        data = self.cleaned_data
        others = [data.get(f"source_{number}") for number in range(1, self.MOST + 1)]
        assert self.target is not None  # noqa: S101  the view has found it
        sources = list(dict.fromkeys([self.target.pk, *(one.pk for one in others if one)]))
        if data.get("into"):
            return plans.Merge(sources=sources, into=data["into"].pk)
        return plans.Merge(sources=sources, parent=data["parent"].pk, unit=_new_unit(data))


class SplitForm(ChangeForm):
    """Into one to four parts; the first is compulsory."""

    MOST = 4

    survives = forms.ChoiceField(
        label="原机构",
        choices=[("1", "保留"), ("", "撤销，由第一个新机构承接其事项")],
        required=False,
        initial="1",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        shared = {name: self.fields.pop(name) for name in list(self.fields) if name in ChangeForm.base_fields}
        for number in range(1, self.MOST + 1):
            self.fields |= _new_unit_fields(f"part_{number}_", required=number == 1)
        self.fields |= shared

    def parts(self) -> list[tuple[int, list[forms.BoundField]]]:
        """The fields of each part."""
        return [
            (number, [self[f"part_{number}_{name}"] for name in _new_unit_fields()])
            for number in range(1, self.MOST + 1)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(2, self.MOST + 1):
            prefix = f"part_{number}_"
            names = ("full_name", "short_name", "code", "node_type")
            given = [name for name in names if data.get(prefix + name)]
            for name in names:
                if given and name not in given:
                    self.add_error(prefix + name, "请填写完整，或清空该新机构")
        return data

    def plan(self) -> plans.Split:
        data = self.cleaned_data
        numbers = [number for number in range(1, self.MOST + 1) if data.get(f"part_{number}_full_name")]
        parts = [_new_unit(data, f"part_{number}_") for number in numbers]
        return plans.Split(parts=parts, survives=bool(data["survives"]))


class MoveForm(ChangeForm):
    to = UnitField(label="新的上级机构", missing="请选择新的上级机构")

    def plan(self) -> plans.Move:
        return plans.Move(to=self.cleaned_data["to"].pk)


class RankForm(ChangeForm):
    rank = forms.ChoiceField(
        label="机构规格", choices=[*_BLANK, *Unit.Rank.choices], error_messages={"required": "请选择机构规格"}
    )
    node_type = forms.ChoiceField(
        label="节点类型", choices=[("", "不变"), *Unit.NodeType.choices], required=False
    )
    to = UnitField(label="新的上级机构", required=False, help_text="层级改变时填写，留空则上级不变")

    def plan(self) -> plans.Rank:
        data = self.cleaned_data
        return plans.Rank(
            rank=data["rank"], node_type=data["node_type"], to=data["to"].pk if data["to"] else 0
        )


class PlateForm(ChangeForm):
    ends = forms.ChoiceField(label="办理事项", required=False)
    name = forms.CharField(label="牌子名称", max_length=100, required=False)
    short_name = forms.CharField(label="牌子简称", max_length=30, required=False)
    word = forms.CharField(label="牌子的发文机关代字", max_length=12, required=False)
    until = forms.DateField(
        label="有效期至", required=False, widget=forms.DateInput(attrs=_DATE, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        carried: list[UnitAlias] = plates_on(self.target, timezone.localdate()) if self.target else []
        ends = [(str(one.pk), f"摘除“{one.name}”牌子") for one in carried]
        self.fields["ends"].choices = [("", "加挂牌子"), *ends]  # type: ignore[attr-defined]  # ChoiceField

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("ends") and not data.get("name"):
            self.add_error("name", "请填写牌子名称")
        return data

    def plan(self) -> plans.Plate:
        data = self.cleaned_data
        if data["ends"]:
            return plans.Plate(ends=int(data["ends"]))
        until: datetime.date | None = data["until"]
        return plans.Plate(name=data["name"], short_name=data["short_name"], word=data["word"], until=until)


class RevokeForm(ChangeForm):
    to = UnitField(
        label="划入的机构",
        required=False,
        help_text="人员、下级机构和未了事项划入的机构；留空则须先清理完毕，有遗留时不能撤销",
    )

    def plan(self) -> plans.Revoke:
        return plans.Revoke(to=self.cleaned_data["to"].pk if self.cleaned_data["to"] else 0)


class SortForm(ChangeForm):
    """A number beside each child; the children stand in the order of the numbers."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        shared = {name: self.fields.pop(name) for name in list(self.fields)}
        children = Unit.objects.living().filter(parent=self.target).order_by("sort", "pk")
        self.children = list(children)
        for place, child in enumerate(self.children, start=1):
            self.fields[f"place_{child.pk}"] = forms.IntegerField(
                label=child.short_name, min_value=1, max_value=9999, initial=place
            )
        self.fields |= shared

    def plan(self) -> plans.Sort:
        def place(child: Unit) -> tuple[int, int]:
            return self.cleaned_data[f"place_{child.pk}"], child.sort

        return plans.Sort(order=[child.pk for child in sorted(self.children, key=place)])


class EditForm(ChangeForm):
    """Only what differs from today's information is part of the plan."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        assert self.target is not None  # noqa: S101  the view has found it
        shared = {name: self.fields.pop(name) for name in list(self.fields)}
        for name in DETAILS:
            if name in _UNTOUCHED:
                continue
            if name == "external_ids":
                for key, label in Unit.ExternalId.choices:
                    self.fields[f"external_{key}"] = forms.CharField(
                        label=label, max_length=50, required=False
                    )
                    self.initial.setdefault(f"external_{key}", self.target.external_ids.get(key, ""))
                continue
            column: Any = Unit._meta.get_field(name)
            self.fields[name] = self._field(name, column)
            self.initial.setdefault(name, getattr(self.target, name))
        self.fields |= shared

    @staticmethod
    def _field(name: str, column: Any) -> forms.Field:
        label = str(column.verbose_name)
        if column.choices:
            blank = [] if name == "node_type" else _BLANK
            return forms.ChoiceField(label=label, choices=[*blank, *column.choices], required=False)
        if name == "exchanges_documents":
            return forms.BooleanField(label=label, required=False)
        if name.startswith("quota_"):
            return forms.IntegerField(label=label, min_value=0, max_value=99_999, required=False)
        return forms.CharField(label=label, max_length=column.max_length, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self._changed(data):
            raise forms.ValidationError("机构信息没有变化")
        return data

    def _changed(self, data: dict[str, Any]) -> dict[str, Any]:
        assert self.target is not None  # noqa: S101  the view has found it
        now = {name: data[name] for name in DETAILS if name in data and self._is_answered(name)}
        given = {key: data.get(f"external_{key}", "") for key in Unit.ExternalId.values}
        changed = {
            name: value for name, value in now.items() if (getattr(self.target, name) or "") != (value or "")
        }
        external = {key: text for key, text in given.items() if text}
        if external != self.target.external_ids:
            changed["external_ids"] = external
        return changed

    def _is_answered(self, name: str) -> bool:
        """A field that was not sent at all says nothing; a box that was not ticked says no."""
        return name in self.data or name == "exchanges_documents"

    def plan(self) -> plans.Edit:
        return plans.Edit(details=self._changed(self.cleaned_data))


FORMS: dict[str, type[ChangeForm]] = {
    Kind.CREATE: CreateForm,
    Kind.RENAME: RenameForm,
    Kind.MERGE: MergeForm,
    Kind.SPLIT: SplitForm,
    Kind.MOVE: MoveForm,
    Kind.RANK: RankForm,
    Kind.PLATE: PlateForm,
    Kind.REVOKE: RevokeForm,
    Kind.SORT: SortForm,
    Kind.EDIT: EditForm,
}
