"""Fill in the official calendars of 2018 to 2026 (tools/build_calendar.py made the JSON beside this file)."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEED = Path(__file__).with_name("official_2018_2026.json")


def fill(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One row for each day of each year of the seed."""
    year_model, day_model = apps.get_model("workdays", "Year"), apps.get_model("workdays", "Day")
    seeded_at = datetime(2026, 1, 1, tzinfo=UTC)
    days = []
    for text, calendar in json.loads(SEED.read_text(encoding="utf-8")).items():
        year, source = int(text), calendar["source"]
        year_model.objects.create(
            year=year, is_official=True, source_doc=source, imported_at=seeded_at, imported_by_name="系统"
        )
        day = date(year, 1, 1)
        while day.year == year:
            ordinary = ["rest" if day.weekday() > 4 else "workday", ""]
            kind, name = calendar["days"].get(day.isoformat(), ordinary)
            days.append(day_model(date=day, kind=kind, name=name, source=source))
            day += timedelta(1)
    day_model.objects.bulk_create(days, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_workdays")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
