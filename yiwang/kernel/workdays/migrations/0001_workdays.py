"""Days and years of the working calendar."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Day",
            fields=[
                ("date", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("workday", "工作日"),
                            ("rest", "休息日"),
                            ("holiday", "法定节假日"),
                            ("makeup", "调休上班"),
                        ],
                        max_length=8,
                        verbose_name="类型",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=30, verbose_name="名称")),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="依据文件")),
            ],
            options={
                "verbose_name": "日历日",
                "ordering": ["date"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["workday", "rest", "holiday", "makeup"])),
                        name="workdays_day_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Year",
            fields=[
                (
                    "year",
                    models.PositiveSmallIntegerField(primary_key=True, serialize=False, verbose_name="年份"),
                ),
                ("is_official", models.BooleanField(default=False, verbose_name="已按通知维护")),
                ("source_doc", models.CharField(blank=True, max_length=200, verbose_name="依据文件")),
                ("imported_at", models.DateTimeField(verbose_name="导入时间")),
                ("imported_by_name", models.CharField(blank=True, max_length=30, verbose_name="导入人")),
                ("revision", models.PositiveIntegerField(default=1)),
            ],
            options={
                "verbose_name": "年度工作日历",
                "ordering": ["year"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2099)),
                        name="workdays_year_in_this_century",
                    )
                ],
            },
        ),
    ]
