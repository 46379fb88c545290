"""Fill in the code lists (§23.1, §23.2) from the JSON beside this file; persons bear codes where they bore words."""

import json
from pathlib import Path
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SEED = Path(__file__).with_name("code_lists.json")

ESTABLISHMENTS = {
    "行政编制": "administrative",
    "政法专项编制": "political_legal",
    "事业编制（参公）": "institution_civil",
    "事业编制（全额拨款）": "institution_full",
    "事业编制（差额拨款）": "institution_partial",
    "事业编制（自收自支）": "institution_self",
    "机关工勤编制": "worker",
    "军队": "military",
    "企业编制": "enterprise",
    "居村“两委”班子及社区工作者": "committee",
    "劳动合同": "contract",
    "劳务派遣": "dispatch",
    "购买服务": "purchased",
}


def fill(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One row for each word of the lists there were then; later ones come after the migration."""
    code_model = apps.get_model("org", "Code")
    rows = []
    seed = json.loads(SEED.read_text(encoding="utf-8"))
    for name in ("duty_level", "grade", "post_grade"):
        lists = seed[name]
        words = [(series, *word) for series, words in lists.items() for word in words]
        rows += [
            code_model(list=name, series=series, code=code, label=label, sort=sort)
            for sort, (series, code, label) in enumerate(words, start=1)
        ]
    code_model.objects.bulk_create(rows)


def empty(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back: no lists."""
    apps.get_model("org", "Code").objects.all().delete()


def give_codes(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Words that persons bore become codes; 职级 of institutions are 岗位等级 now. Unknown words go."""
    run = schema_editor.execute
    run(
        "UPDATE org_person person SET duty_level = coalesce((SELECT code FROM org_code"
        " WHERE list = 'duty_level' AND label = person.duty_level), '') WHERE duty_level <> ''"
    )
    run(
        "UPDATE org_person person SET post_grade = found.code, grade = '' FROM (SELECT label, min(code) AS code"
        " FROM org_code WHERE list = 'post_grade' GROUP BY label) found WHERE found.label = person.grade"
    )
    run(
        "UPDATE org_person person SET grade = coalesce((SELECT code FROM org_code WHERE list = 'grade'"
        " AND label = person.grade ORDER BY sort LIMIT 1), '') WHERE grade <> ''"
    )
    for label, code in ESTABLISHMENTS.items():
        run("UPDATE org_person SET establishment = %s WHERE establishment = %s", [code, label])


def give_words(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back."""
    run = schema_editor.execute
    run("UPDATE org_person SET grade = post_grade, post_grade = '' WHERE grade = '' AND post_grade <> ''")
    for column in ("duty_level", "grade"):
        run(
            f"UPDATE org_person person SET {column} = left(code.label, 12) FROM org_code code"
            f" WHERE code.code = person.{column}"
        )
    for label, code in ESTABLISHMENTS.items():
        run("UPDATE org_person SET establishment = %s WHERE establishment = %s", [label, code])


class Migration(migrations.Migration):
    dependencies = [("org", "0003_persons_and_codes")]

    operations = [
        migrations.RunPython(fill, empty),
        migrations.RunPython(give_codes, give_words),
    ]
