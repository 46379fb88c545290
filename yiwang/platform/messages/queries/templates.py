"""Reading templates of texts: which one may be sent by, what a text by it becomes, who is asked to agree."""

from collections.abc import Mapping

from django.conf import settings
from django.db.models import Q, QuerySet

from yiwang.kernel.errors import invalid
from yiwang.platform.accounts.queries import roles
from yiwang.platform.messages import rules
from yiwang.platform.messages.models import TextTemplate
from yiwang.platform.messages.models.template import TextTemplateQuerySet

_LONGEST_NAME = "某" * 4  # what a person's name is reckoned with where nobody is chosen yet


def usable(path: str) -> "QuerySet[TextTemplate]":
    """What a sender of the unit with this path may choose: the district's and his units', in use."""
    state = Q(state=TextTemplate.State.ENABLED, for_batches=True)
    found = TextTemplate.objects.filter(TextTemplateQuerySet.of_unit(path) & state)
    return found.select_related("unit").order_by("kind", "unit_id", "code")


def by_code(code: str, path: str) -> TextTemplate:
    """The version in use; refused as one that does not exist where it is somebody else's."""
    found = usable(path).filter(code=code).first()
    if found is None:
        raise invalid("template", "没有这个短信模板")
    return found


def versions(template: TextTemplate) -> "QuerySet[TextTemplate]":
    """All versions, the latest first."""
    return TextTemplate.objects.filter(code=template.code).order_by("-version")


def written(template: TextTemplate, words: Mapping[str, str]) -> str:
    """The text by a template, with {姓名} left open; refused with the variables that are missing."""
    needed = [one for one in rules.variables_of(template.text) if one != rules.PERSON_WORD]
    given = {name: words.get(name, "").strip() for name in needed}
    missing = [name for name in needed if not given[name]]
    if missing:
        raise invalid("words", f"短信模板“{template.name}”缺少变量：{'、'.join(missing)}")
    for name, value in given.items():
        if len(value) > rules.LONGEST_WORD:
            raise invalid("words", f"变量“{name}”不能超过{rules.LONGEST_WORD}个字")
        if set(value) & set("{}"):
            raise invalid("words", f"变量“{name}”不能包含花括号")
    return checked(rules.filled(template.text, given))


def free(text: str) -> str:
    """Free text, checked; of variables it may have the receiver's name only."""
    other = [one for one in rules.variables_of(text) if one != rules.PERSON_WORD]
    if other:
        raise invalid("text", f"不能识别的变量：{'、'.join(other)}，自拟内容只能使用“{{姓名}}”")
    return checked(text.strip())


def checked(text: str) -> str:
    """The text; refused when it may not be sent."""
    problem = rules.pattern_problem(text) or rules.content_problem(text, hosts=settings.ALLOWED_HOSTS)
    if problem:
        raise invalid("text", problem)
    return text


def signed(text: str, *, need_receipt: bool = False) -> str:
    """As it goes to a phone: with the signature, asking for a reply where that is wanted."""
    return f"【{settings.SMS_SIGNATURE}】{rules.with_receipt(text) if need_receipt else text}"


def named(text: str, name: str = _LONGEST_NAME) -> str:
    """The text to somebody of that name."""
    return rules.filled(text, {rules.PERSON_WORD: name})


def parts(text: str, *, longest: int) -> int:
    """What a signed text costs to the longest of its receivers' names; nothing yet costs nothing."""
    return rules.parts_of(named(text, "某" * (longest or len(_LONGEST_NAME)))) if text else 0


def preview(text: str, samples: Mapping[str, str]) -> dict[str, object]:
    """What a text by the template looks like with these samples, and what it costs."""
    words = rules.variables_of(text)
    example = {name: samples.get(name, "").strip() or f"［{name}］" for name in words}
    shown = signed(rules.filled(text, example))
    return {
        "words": words,
        "text": shown,
        "length": len(shown),
        "parts": rules.parts_of(shown),
        "problem": rules.pattern_problem(text) or rules.content_problem(text, hosts=settings.ALLOWED_HOSTS),
    }


def approvers(template: TextTemplate) -> list[int]:
    """Who is asked: office director and head of its unit; of the district's, system administrators."""
    if template.unit is None:
        found = roles.holders_in_district("accounts.system_administrator")
    else:
        keys = ("accounts.office_director", "accounts.unit_head")
        found = [one for key in keys for one in roles.holders(key, template.unit)]
    return list(dict.fromkeys(one.person_id for one in found if one.person_id != template.creator_id))
