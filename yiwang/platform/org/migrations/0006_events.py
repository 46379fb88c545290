"""The feed of changes: rows are added and never changed."""

import django.db.models.deletion
from django.db import migrations, models

FORWARDS = """
CREATE FUNCTION org_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '组织变更事件只能追加' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER org_event_append_only BEFORE UPDATE OR DELETE ON org_event
    FOR EACH STATEMENT EXECUTE FUNCTION org_event_refuse();
"""

BACKWARDS = """
DROP TRIGGER org_event_append_only ON org_event;
DROP FUNCTION org_event_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0005_unit_facts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("unit_created", "新设机构"),
                            ("unit_renamed", "机构更名"),
                            ("unit_moved", "机构划转"),
                            ("unit_ranked", "机构升格、降格"),
                            ("unit_merged", "机构合并"),
                            ("unit_split", "机构拆分"),
                            ("unit_revoked", "机构撤销"),
                            ("unit_changed", "机构信息变更"),
                            ("unit_sorted", "机构排序调整"),
                            ("person_added", "新增人员"),
                            ("person_changed", "人员信息变更"),
                            ("person_left", "人员注销"),
                            ("post_started", "任职"),
                            ("post_moved", "任职转入"),
                            ("post_ended", "免职"),
                        ],
                        max_length=20,
                        verbose_name="类别",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("data", models.JSONField(default=dict, verbose_name="内容")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "组织变更事件",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("unit__isnull", False), ("person__isnull", False), _connector="OR"
                        ),
                        name="org_event_about_something",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
