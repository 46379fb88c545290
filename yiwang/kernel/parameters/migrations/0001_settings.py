"""Parameters that were set."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Setting",
            fields=[
                (
                    "key",
                    models.CharField(
                        db_collation="C",
                        max_length=60,
                        primary_key=True,
                        serialize=False,
                        verbose_name="参数",
                    ),
                ),
                ("value", models.CharField(max_length=60, verbose_name="取值")),
                ("reason", models.CharField(max_length=200, verbose_name="依据")),
                ("changed_at", models.DateTimeField(verbose_name="修改时间")),
                ("changed_by_name", models.CharField(max_length=30, verbose_name="修改人")),
            ],
            options={"verbose_name": "运行参数"},
        ),
    ]
