"""Where people, children and roles go when units are merged, split or revoked."""

from typing import Any

from django import forms

from yiwang.platform.changes.queries.unit_fates import Fate, Fates


class FatesForm(forms.Form):
    """A select for each child and each person, a box for each role."""

    def __init__(self, *args: Any, fates: Fates, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fates = fates
        for fate in [*fates.children, *fates.posts]:
            self.fields[fate.key] = self._field(fate)
            self.initial[fate.key] = fate.value
        for key, label, is_chosen in fates.carried:
            self.fields[key] = forms.BooleanField(label=label, required=False)
            self.initial[key] = is_chosen

    @staticmethod
    def _field(fate: Fate) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=f"{fate.name}的去向", choices=fate.choices, error_messages={"required": "请选择去向"}
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        missing = sum(1 for key in self.errors if key.startswith("post_"))
        if missing:
            raise forms.ValidationError(f"还有{missing}名人员未指定去向")
        return data

    def rows(self, fates: list[Fate]) -> list[tuple[Fate, forms.BoundField]]:
        """Each with its field."""
        return [(fate, self[fate.key]) for fate in fates]

    @property
    def boxes(self) -> list[forms.BoundField]:
        return [self[key] for key, _, _ in self.fates.carried]


def filled(data: Any, fates: Fates) -> Any:
    """What was typed, with everybody who has no place yet given the place chosen for all."""
    place = data.get("all", "")
    copy = data.copy()
    if place in {value for value, _ in fates.bulk}:
        for fate in fates.posts:
            if not copy.get(fate.key):
                copy[fate.key] = place
    return copy
