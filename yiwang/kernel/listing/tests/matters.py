"""A table for the tests of list screens: with ties, with empty values, with a tree path."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from django.db import models

from yiwang.kernel.listing.sources import QuerySetSource, Source, SqlSource


class Matter(models.Model):
    """Something with a title, perhaps a due day, perhaps a weight, in a unit."""

    title = models.TextField(db_collation="C")
    due = models.DateField(null=True)
    weight = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    unit_path = models.TextField(db_collation="C", default="")
    created_at = models.DateTimeField(default=datetime.datetime(2026, 11, 23, tzinfo=datetime.UTC))

    objects: ClassVar[models.Manager["Matter"]] = models.Manager()

    class Meta:
        app_label = "listing_tests"
        managed = False
        db_table = "listing_tests_matter"

    def __str__(self) -> str:
        return self.title


@dataclass(frozen=True)
class Clerk:
    """Who looks at the list and takes it out."""

    account_id: int = 7
    name: str = "沈国平"
    unit_name: str = "区政务办"
    mobile_tail: str = "6218"
    is_temporary: bool = False

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return True


def orm() -> QuerySetSource:
    return QuerySetSource(Matter.objects.all())


def dicts() -> QuerySetSource:
    return QuerySetSource(Matter.objects.values("id", "title", "due", "weight"))


def sql() -> SqlSource:
    return SqlSource(
        columns="m.id, m.title, m.due, m.weight",
        tables="listing_tests_matter m",
        fields={
            "pk": "m.id",
            "title": "m.title",
            "due": "m.due",
            "weight": "m.weight",
            "unit_path": "m.unit_path",
            "created_at": "m.created_at",
        },
        never_null=frozenset({"pk", "title", "unit_path", "created_at"}),
    )


SOURCES: dict[str, Callable[[], Source]] = {"orm": orm, "dicts": dicts, "sql": sql}
