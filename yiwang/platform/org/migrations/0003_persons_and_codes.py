"""What §2 keeps of a person and was missing, and the code lists his rank is taken from."""

from django.db import migrations, models

import yiwang.kernel.crypto.fields


class Migration(migrations.Migration):
    dependencies = [
        ("org", "0002_place_behind_everybody"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="contract_ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="聘用合同到期日"),
        ),
        migrations.AddField(
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
                ],
                default="",
                max_length=16,
                verbose_name="离开原因",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="left_on",
            field=models.DateField(blank=True, null=True, verbose_name="离开日期"),
        ),
        migrations.AddField(
            model_name="person",
            name="name_mark",
            field=models.CharField(
                blank=True,
                help_text="同一单位有同名人员时，如：规划科",
                max_length=20,
                verbose_name="区分标识",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="post_grade",
            field=models.CharField(
                blank=True, default="", help_text="代码，见代码表", max_length=24, verbose_name="岗位等级"
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="second_mobile",
            field=yiwang.kernel.crypto.fields.EncryptedTextField(
                blank=True, null=True, purpose="org.person", verbose_name="备用手机号码"
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="duty_level",
            field=models.CharField(
                blank=True, help_text="代码，见代码表", max_length=24, verbose_name="职务层次"
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="establishment",
            field=models.CharField(
                blank=True,
                choices=[
                    ("administrative", "行政编制"),
                    ("political_legal", "政法专项编制"),
                    ("institution_civil", "事业编制（参公）"),
                    ("institution_full", "事业编制（全额拨款）"),
                    ("institution_partial", "事业编制（差额拨款）"),
                    ("institution_self", "事业编制（自收自支）"),
                    ("worker", "机关工勤编制"),
                    ("military", "军队"),
                    ("enterprise", "企业编制"),
                    ("committee", "居村“两委”班子及社区工作者"),
                    ("contract", "劳动合同"),
                    ("dispatch", "劳务派遣"),
                    ("purchased", "购买服务"),
                    ("none", "无编制"),
                ],
                max_length=20,
                verbose_name="编制类型",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="former_name",
            field=models.CharField(blank=True, max_length=100, verbose_name="曾用名"),
        ),
        migrations.AlterField(
            model_name="person",
            name="grade",
            field=models.CharField(
                blank=True, help_text="代码，见代码表", max_length=24, verbose_name="职级"
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="status",
            field=models.CharField(
                choices=[
                    ("on_post", "在岗"),
                    ("lent", "借出"),
                    ("attached", "挂职"),
                    ("on_leave", "离岗"),
                    ("retired", "退休"),
                    ("transferred_out", "调出"),
                    ("left", "离职"),
                    ("deceased", "去世"),
                ],
                default="on_post",
                max_length=16,
                verbose_name="状态",
            ),
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "list",
                    models.CharField(
                        choices=[("duty_level", "职务层次"), ("grade", "职级"), ("post_grade", "岗位等级")],
                        max_length=20,
                        verbose_name="代码表",
                    ),
                ),
                ("code", models.CharField(db_collation="C", max_length=24, verbose_name="代码")),
                ("label", models.CharField(max_length=30, verbose_name="名称")),
                ("series", models.CharField(blank=True, max_length=30, verbose_name="系列")),
                ("sort", models.PositiveSmallIntegerField(help_text="由高到低", verbose_name="排序号")),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
            ],
            options={
                "verbose_name": "代码",
                "constraints": [
                    models.UniqueConstraint(fields=("list", "code"), name="org_code_once"),
                    models.UniqueConstraint(fields=("list", "series", "label"), name="org_code_label_once"),
                ],
            },
        ),
    ]
