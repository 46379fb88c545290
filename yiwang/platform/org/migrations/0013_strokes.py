"""The stroke key of every name: lists of people can be put into the order of 姓氏笔画."""

from typing import Any

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import yiwang.kernel.chinese.fields
from yiwang.kernel.chinese.strokes import stroke_key

_BATCH = 10_000


def fill(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Names are few for many people: each is worked out once."""
    persons = schema_editor.connection
    with persons.cursor() as cursor:
        cursor.execute("SELECT DISTINCT name FROM org_person")
        names = [name for (name,) in cursor.fetchall()]
        for start in range(0, len(names), _BATCH):
            some = names[start : start + _BATCH]
            cursor.execute(
                "UPDATE org_person person SET strokes = known.key"
                " FROM unnest(%s::text[], %s::text[]) AS known(name, key) WHERE person.name = known.name",
                [some, [stroke_key(name) for name in some]],
            )


class Migration(migrations.Migration):
    dependencies = [("org", "0012_index_of_contracts")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="strokes",
            field=yiwang.kernel.chinese.fields.StrokeKeyField(
                blank=True, default="", name_length=60, of="name", verbose_name="姓氏笔画"
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="person", index=models.Index(fields=["strokes"], name="org_person_strokes")
        ),
    ]
