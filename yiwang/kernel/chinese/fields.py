"""A column that puts names into stroke order (姓氏笔画), so that the database can sort lists by it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import models

from yiwang.kernel.chinese.strokes import stroke_key

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    _CharField = models.CharField  # cannot be subscripted at run time

KEY = 6  # characters of the key for each character of a name
_BESIDES = 2  # parts of the key that stand for no character (strokes.stroke_key)


class StrokeKeyField(_CharField):
    """The stroke key of a sibling that holds a name; filled when the row is saved.

        strokes = StrokeKeyField(of="name", name_length=60)

    `save(update_fields=…)` must name both together; COPY and update() must give it.
    """

    def __init__(self, *args: Any, of: str, name_length: int, **options: Any) -> None:
        self.of, self.name_length = of, name_length
        fixed: dict[str, Any] = {
            "max_length": KEY * (name_length + _BESIDES),
            "db_collation": "C",
            "editable": False,
        }
        super().__init__(*args, **{"blank": True, "default": "", **options, **fixed})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        for fixed in ("max_length", "db_collation", "editable"):
            options.pop(fixed, None)
        return name, path, args, {**options, "of": self.of, "name_length": self.name_length}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = stroke_key(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, key)
        return key
