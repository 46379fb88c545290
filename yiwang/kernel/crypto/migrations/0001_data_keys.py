"""The table of data keys."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(max_length=100)),
                ("version", models.PositiveSmallIntegerField()),
                ("wrapped", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "数据密钥",
                "constraints": [
                    models.UniqueConstraint(fields=("purpose", "version"), name="crypto_data_key_version"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="crypto_data_key_from_one"
                    ),
                ],
            },
        ),
    ]
