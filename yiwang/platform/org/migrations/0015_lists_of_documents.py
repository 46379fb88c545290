"""公开属性, 保管期限, 行文方向, 数据标签 and 常用主送 (§23.5, §23.7): filled after the migration, as all lists."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("org", "0014_further_lists")]

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
                    ("disclosure", "公开属性"),
                    ("retention", "保管期限"),
                    ("direction", "行文方向"),
                    ("data_label", "数据标签"),
                    ("addressees", "常用主送"),
                ],
                max_length=20,
                verbose_name="代码表",
            ),
        ),
        migrations.AlterField(
            model_name="code", name="label", field=models.CharField(max_length=100, verbose_name="名称")
        ),
    ]
