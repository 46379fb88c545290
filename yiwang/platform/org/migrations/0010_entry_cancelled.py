"""Who was entered by mistake is gone like others, but for another reason."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0009_roster"),
    ]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="departure",
            field=models.CharField(
                blank=True,
                choices=[
                    ("retired", "退休"),
                    ("resigned", "辞职"),
                    ("transferred_out", "调出本区"),
                    ("dismissed", "开除"),
                    ("deceased", "死亡"),
                    ("contract_ended", "合同到期"),
                    ("entry_cancelled", "取消录入"),
                ],
                default="",
                max_length=16,
                verbose_name="离开原因",
            ),
        ),
    ]
