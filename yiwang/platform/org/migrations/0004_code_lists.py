"""Fill in the code lists of domain reference §23.1, §23.2, and give persons codes where they bore words."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_DIGITS = "一二三四五六七八九十"
_HIGH_TO_LOW = [*_DIGITS, "十一", "十二", "十三"]


def levels(first: int, last: int, word: str) -> list[str]:
    """一级主办 … 四级主办."""
    return [f"{_HIGH_TO_LOW[place - 1]}级{word}" for place in range(first, last + 1)]


DUTY_LEVELS = [
    f"{level}{rank}"
    for level in ("国家级", "省部级", "厅局级", "县处级", "乡科级")
    for rank in ("正职", "副职")
]

# prefix of the code, series, words high to low
GRADES = [
    (
        "general",
        "综合管理类公务员",
        [*levels(1, 2, "巡视员"), *levels(1, 4, "调研员"), *levels(1, 4, "主任科员"), *levels(1, 2, "科员")],
    ),
    (
        "technical",
        "专业技术类公务员",
        [*levels(1, 2, "总监"), *levels(1, 4, "高级主管"), *levels(1, 4, "主管"), "专业技术员"],
    ),
    (
        "enforcement",
        "行政执法类公务员",
        ["督办", *levels(1, 4, "高级主办"), *levels(1, 4, "主办"), *levels(1, 2, "行政执法员")],
    ),
    (
        "police",
        "执法勤务警员",
        [*levels(1, 2, "警务专员"), *levels(1, 4, "高级警长"), *levels(1, 4, "警长"), *levels(1, 2, "警员")],
    ),
    (
        "police_technical",
        "警务技术",
        [*levels(1, 2, "总监"), *levels(1, 4, "主任"), *levels(1, 4, "主管"), "技术员"],
    ),
    *(
        (
            prefix,
            word,
            [
                f"首席大{word}",
                *levels(1, 2, f"大{word}"),
                *levels(1, 4, f"高级{word}"),
                *levels(1, 5, word),
            ],
        )
        for prefix, word in (("judge", "法官"), ("procurator", "检察官"))
    ),
]
POST_GRADES = [
    ("management", "事业管理岗位", levels(1, 10, "职员")),
    ("professional", "事业专业技术岗位", [f"专业技术{word}级" for word in _HIGH_TO_LOW]),
    (
        "worker",
        "工勤技能",
        [
            "技术工一级（高级技师）",
            "技术工二级（技师）",
            "技术工三级（高级工）",
            "技术工四级（中级工）",
            "技术工五级（初级工）",
            "普通工",
        ],
    ),
    ("enterprise", "企业", ["董事长", "总经理", "副总经理", "部门经理", "主管", "员工"]),
    ("committee", "居村", ["书记", "主任", "副书记", "副主任", "委员", "社区工作者"]),
]
EVERYWHERE = ["试用期人员", "其他"]  # exist in every series

ESTABLISHMENTS = {
    "行政编制": "administrative",
    "政法专项编制": "political_legal",
    "事业编制（参公）": "institution_civil",
    "事业编制（全额拨款）": "institution_full",
    "事业编制（差额拨款）": "institution_partial",
    "事业编制（自收自支）": "institution_self",
    "机关工勤编制": "worker",
    "军队": "military",
    "企业编制": "enterprise",
    "居村“两委”班子及社区工作者": "committee",
    "劳动合同": "contract",
    "劳务派遣": "dispatch",
    "购买服务": "purchased",
}


def fill(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """One row for each word of each list."""
    code_model = apps.get_model("org", "Code")
    rows = [
        code_model(list="duty_level", code=f"{place:02}", label=label, sort=place)
        for place, label in enumerate(DUTY_LEVELS, start=1)
    ]
    for name, lists in (("grade", GRADES), ("post_grade", POST_GRADES)):
        place = 0
        for prefix, series, labels in lists:
            for number, label in enumerate([*labels, *EVERYWHERE], start=1):
                place += 1
                code = f"{prefix}-{number:02}"
                rows.append(code_model(list=name, code=code, label=label, series=series, sort=place))
    code_model.objects.bulk_create(rows)


def empty(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back: no lists."""
    apps.get_model("org", "Code").objects.all().delete()


def give_codes(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Words that persons bore become codes; 职级 of institutions are 岗位等级 now. Unknown words go."""
    run = schema_editor.execute
    run(
        "UPDATE org_person person SET duty_level = coalesce((SELECT code FROM org_code"
        " WHERE list = 'duty_level' AND label = person.duty_level), '') WHERE duty_level <> ''"
    )
    run(
        "UPDATE org_person person SET post_grade = found.code, grade = '' FROM (SELECT label, min(code) AS code"
        " FROM org_code WHERE list = 'post_grade' GROUP BY label) found WHERE found.label = person.grade"
    )
    run(
        "UPDATE org_person person SET grade = coalesce((SELECT code FROM org_code WHERE list = 'grade'"
        " AND label = person.grade ORDER BY sort LIMIT 1), '') WHERE grade <> ''"
    )
    for label, code in ESTABLISHMENTS.items():
        run("UPDATE org_person SET establishment = %s WHERE establishment = %s", [code, label])


def give_words(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back."""
    run = schema_editor.execute
    run("UPDATE org_person SET grade = post_grade, post_grade = '' WHERE grade = '' AND post_grade <> ''")
    for column in ("duty_level", "grade"):
        run(
            f"UPDATE org_person person SET {column} = left(code.label, 12) FROM org_code code"
            f" WHERE code.code = person.{column}"
        )
    for label, code in ESTABLISHMENTS.items():
        run("UPDATE org_person SET establishment = %s WHERE establishment = %s", [label, code])


class Migration(migrations.Migration):
    dependencies = [("org", "0003_persons_and_codes")]

    operations = [
        migrations.RunPython(fill, empty),
        migrations.RunPython(give_codes, give_words),
    ]
