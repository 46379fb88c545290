"""Numbers of posts, agency words, plates' short names, mergers; names of departments are unique."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0004_code_lists"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgencyWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=12, verbose_name="代字")),
                ("valid_from", models.DateField(verbose_name="生效日期")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="失效日期")),
                ("basis", models.CharField(blank=True, max_length=60, verbose_name="依据文号")),
            ],
            options={
                "verbose_name": "发文机关代字",
            },
        ),
        migrations.AddField(
            model_name="unit",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="org.unit",
                verbose_name="并入机构",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="quota_administrative",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="行政编制数"),
        ),
        migrations.AddField(
            model_name="unit",
            name="quota_institution",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="事业编制数"),
        ),
        migrations.AddField(
            model_name="unit",
            name="quota_worker",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="工勤编制数"),
        ),
        migrations.AddField(
            model_name="unitalias",
            name="short_name",
            field=models.CharField(blank=True, default="", max_length=30, verbose_name="简称"),
        ),
        migrations.AddField(
            model_name="unitversion",
            name="rank",
            field=models.CharField(
                blank=True,
                choices=[
                    ("bureau", "厅局级正职"),
                    ("bureau_deputy", "厅局级副职"),
                    ("county", "县处级正职"),
                    ("county_deputy", "县处级副职"),
                    ("township", "乡科级正职"),
                    ("township_deputy", "乡科级副职"),
                    ("none", "无级别"),
                ],
                default="",
                max_length=20,
                verbose_name="机构规格",
            ),
        ),
        migrations.AlterField(
            model_name="unitalias",
            name="kind",
            field=models.CharField(
                choices=[("plate", "加挂牌子"), ("former", "原名称"), ("merged", "并入机构")],
                max_length=10,
                verbose_name="类别",
            ),
        ),
        migrations.AlterField(
            model_name="unitversion",
            name="change",
            field=models.CharField(default="新设", max_length=60, verbose_name="变更"),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("level", 2), models.Q(("status", "revoked"), _negated=True)),
                fields=("full_name",),
                name="org_unit_department_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("level", 2), models.Q(("status", "revoked"), _negated=True)),
                fields=("short_name",),
                name="org_unit_department_short",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level__lte", 1), ("node_type", "category")),
                    models.Q(("level__gt", 1), models.Q(("node_type", "category"), _negated=True)),
                    _connector="OR",
                ),
                name="org_unit_categories_on_top",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into", None), ("status", "revoked"), _connector="OR"),
                name="org_unit_merged_is_revoked",
            ),
        ),
        migrations.AddField(
            model_name="agencyword",
            name="plate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="words",
                to="org.unitalias",
                verbose_name="加挂牌子",
            ),
        ),
        migrations.AddField(
            model_name="agencyword",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="agency_words", to="org.unit"
            ),
        ),
        migrations.AddIndex(
            model_name="agencyword",
            index=models.Index(fields=["unit", "valid_from"], name="org_word_by_date"),
        ),
        migrations.AddConstraint(
            model_name="agencyword",
            constraint=models.UniqueConstraint(
                condition=models.Q(("valid_to", None)), fields=("word",), name="org_word_one_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="agencyword",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_to", None), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                ),
                name="org_word_period",
            ),
        ),
        migrations.RunSQL(
            "UPDATE org_unitversion SET rank = unit.rank FROM org_unit unit"
            " WHERE unit.id = unit_id AND org_unitversion.valid_to IS NULL",
            migrations.RunSQL.noop,
        ),
    ]
