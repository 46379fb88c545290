"""Persons without a main post stand behind everybody instead of before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0001_units_persons_posts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="position",
            field=models.BigIntegerField(
                default=1000000000000000,
                help_text="机构顺序×10000＋部门内排序号，没有主职的排在最后",
                verbose_name="全区顺序",
            ),
        ),
        migrations.RunSQL(
            "UPDATE org_person SET position = 1000000000000000 WHERE position = 0",
            "UPDATE org_person SET position = 0 WHERE position = 1000000000000000",
        ),
    ]
