"""Person operations and their story."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0003_temporary_accounts"),
        ("org", "0010_entry_cancelled"),
    ]

    operations = [
        migrations.CreateModel(
            name="PersonOperation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "number",
                    models.CharField(blank=True, max_length=40, null=True, unique=True, verbose_name="编号"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("add", "新增"),
                            ("correct", "修改"),
                            ("remove", "移除"),
                            ("transfer", "调动"),
                            ("second", "借调"),
                            ("concurrent", "兼任"),
                            ("deregister", "注销"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("waiting_unit", "待单位审核"),
                            ("waiting_other", "待对方确认"),
                            ("waiting_district", "待区级审核"),
                            ("waiting_day", "待生效"),
                            ("effective", "已生效"),
                            ("failed", "待处理"),
                            ("rejected", "已驳回"),
                            ("cancelled", "已取消"),
                        ],
                        default="draft",
                        max_length=18,
                        verbose_name="状态",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1, verbose_name="版本")),
                ("person_name", models.CharField(db_collation="C", max_length=60, verbose_name="姓名")),
                ("unit_path", models.CharField(db_collation="C", max_length=50)),
                ("other_path", models.CharField(blank=True, db_collation="C", default="", max_length=50)),
                ("title", models.CharField(blank=True, max_length=60, verbose_name="职务")),
                ("until", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                (
                    "departure",
                    models.CharField(
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
                        max_length=16,
                        verbose_name="离开原因",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=60, verbose_name="依据文号")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="事由")),
                ("payload", models.JSONField(blank=True, default=dict, verbose_name="内容")),
                (
                    "secrets",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        blank=True, null=True, purpose="changes.person_operation", verbose_name="敏感内容"
                    ),
                ),
                (
                    "id_number",
                    yiwang.kernel.crypto.fields.EncryptedTextField(
                        blank=True, null=True, purpose="changes.person_operation", verbose_name="证件号码"
                    ),
                ),
                ("id_number_index", yiwang.kernel.crypto.fields.BlindIndexField(of="id_number")),
                ("differences", models.JSONField(blank=True, default=list, verbose_name="变动内容")),
                ("change_date", models.DateField(verbose_name="变动日期")),
                ("due_on", models.DateField(verbose_name="更新期限")),
                ("due_history", models.JSONField(blank=True, default=list, verbose_name="期限变更")),
                ("effective_on", models.DateField(verbose_name="生效日期")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="审核通过时间")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="生效时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("is_late", models.BooleanField(default=False, verbose_name="逾期")),
                ("late_by", models.PositiveSmallIntegerField(default=0, verbose_name="逾期工作日")),
                (
                    "verification",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("waiting", "实名认证中"),
                            ("passed", "实名认证通过"),
                            ("failed", "实名认证未通过"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="实名认证",
                    ),
                ),
                ("failure", models.CharField(blank=True, max_length=200, verbose_name="未生效原因")),
                ("failed_at", models.DateTimeField(blank=True, null=True, verbose_name="生效失败时间")),
                ("returned", models.CharField(blank=True, max_length=300, verbose_name="退回意见")),
                ("applicant_name", models.CharField(max_length=60, verbose_name="申报人")),
                ("applicant_unit", models.CharField(blank=True, max_length=60, verbose_name="申报人单位")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="填写时间")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="更新时间")),
                ("updated_by_name", models.CharField(blank=True, max_length=60, verbose_name="更新人")),
                (
                    "applicant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="申报人",
                    ),
                ),
                (
                    "begun_post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.post",
                    ),
                ),
                (
                    "from_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="现单位",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="对方单位",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.person",
                        verbose_name="人员",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.post",
                        verbose_name="所涉任职",
                    ),
                ),
                (
                    "to_unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="拟任单位",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.unit",
                        verbose_name="申报单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员变动",
            },
        ),
        migrations.CreateModel(
            name="OperationEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="时间")),
                ("act", models.CharField(max_length=30, verbose_name="事项")),
                ("actor_name", models.CharField(max_length=60, verbose_name="人员")),
                ("actor_unit", models.CharField(blank=True, max_length=60, verbose_name="单位")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                (
                    "operation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="changes.personoperation",
                    ),
                ),
            ],
            options={
                "verbose_name": "人员变动过程",
            },
        ),
        migrations.AddIndex(
            model_name="personoperation",
            index=models.Index(fields=["unit_path", "-id"], name="changes_operation_unit"),
        ),
        migrations.AddIndex(
            model_name="personoperation",
            index=models.Index(
                condition=models.Q(("other_path", ""), _negated=True),
                fields=["other_path", "-id"],
                name="changes_operation_other",
            ),
        ),
        migrations.AddIndex(
            model_name="personoperation",
            index=models.Index(fields=["person", "-id"], name="changes_operation_person"),
        ),
        migrations.AddIndex(
            model_name="personoperation",
            index=models.Index(
                condition=models.Q(("state", "waiting_day")),
                fields=["effective_on", "id"],
                name="changes_operation_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="personoperation",
            index=models.Index(
                condition=models.Q(("applied_at", None)),
                fields=["due_on", "id"],
                name="changes_operation_due",
            ),
        ),
        migrations.AddIndex(
            model_name="personoperation",
            index=models.Index(fields=["-applied_at"], name="changes_operation_applied"),
        ),
        migrations.AddIndex(
            model_name="personoperation",
            index=models.Index(fields=["person_name"], name="changes_operation_name"),
        ),
        migrations.AddConstraint(
            model_name="personoperation",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ("waiting_unit", "waiting_other", "waiting_district", "waiting_day", "failed"),
                    )
                ),
                fields=("person",),
                name="changes_operation_one_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="personoperation",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind", "add"),
                    (
                        "state__in",
                        ("waiting_unit", "waiting_other", "waiting_district", "waiting_day", "failed"),
                    ),
                ),
                fields=("id_number_index",),
                name="changes_operation_one_id",
            ),
        ),
        migrations.AddConstraint(
            model_name="personoperation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "draft"), ("number__isnull", False), _connector="OR"),
                name="changes_operation_numbered",
            ),
        ),
        migrations.AddConstraint(
            model_name="personoperation",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "add"), ("person__isnull", False), _connector="OR"),
                name="changes_operation_about_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="personoperation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "effective"), _negated=True),
                    ("applied_at__isnull", False),
                    _connector="OR",
                ),
                name="changes_operation_applied",
            ),
        ),
        migrations.AddConstraint(
            model_name="personoperation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "failed"), _negated=True),
                    models.Q(("failure", ""), _negated=True),
                    _connector="OR",
                ),
                name="changes_operation_failure",
            ),
        ),
        migrations.AddConstraint(
            model_name="personoperation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("until", None), ("until__gte", models.F("effective_on")), _connector="OR"
                ),
                name="changes_operation_period",
            ),
        ),
        migrations.AddIndex(
            model_name="operationevent",
            index=models.Index(fields=["operation", "id"], name="changes_operationevent_story"),
        ),
    ]
