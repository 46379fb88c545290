"""政治面貌, 学历 and 学位 (§23.4): filled, as all lists, after the migration (actions.codes.ship_codes)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0013_strokes")]

    operations = [
        migrations.AlterField(
            model_name="code",
            name="list",
            field=models.CharField(
                choices=[
                    ("duty_level", "职务层次"),
                    ("grade", "职级"),
                    ("post_grade", "岗位等级"),
                    ("political", "政治面貌"),
                    ("education", "学历"),
                    ("degree", "学位"),
                ],
                max_length=20,
                verbose_name="代码表",
            ),
        ),
    ]
