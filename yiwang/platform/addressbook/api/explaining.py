"""Why somebody is seen or not: of oneself for everybody, of others for administrators."""

from django.http import HttpRequest
from ninja import P, QueryEx, Router, Schema

from yiwang.kernel.errors import Refused, not_found
from yiwang.platform.accounts.queries.principals import of_request
from yiwang.platform.addressbook.actions import seeing
from yiwang.platform.addressbook.queries import explain
from yiwang.platform.addressbook.vocabulary import APPROVE, PROPOSE_DISTRICT
from yiwang.platform.org.models import Person, Unit

_LARGEST_ID = 2**63 - 1

router = Router(tags=["通讯录：可见依据"])


class Explanation(Schema):
    """Why a person or unit is seen or not. mode: direct, search or none; step: of the order of evaluation.

    rule_id, hiding_id: the setting that decides, 0 when it is none; always 0 for one's own view.
    """

    mode: str
    label: str
    step: int
    text: str
    rule_id: int
    hiding_id: int


@router.get("/explain", response=Explanation, url_name="explain", summary="为什么看得到或看不到")
def explain_visibility(
    request: HttpRequest,
    person: QueryEx[int | None, P(ge=1, le=_LARGEST_ID, description="被查看的人员")] = None,
    unit: QueryEx[int | None, P(ge=1, le=_LARGEST_ID, description="被查看的机构，与 person 二选一")] = None,
    viewer: QueryEx[
        int | None, P(ge=1, le=_LARGEST_ID, description="查看人，限安全、系统管理员；不填为本人")
    ] = None,
    reason: QueryEx[str, P(max_length=200, description="指定 viewer 时必填，计入审计日志")] = "",
) -> Explanation:
    """One's own view of what one sees; whatever is hidden answers 404, as if it did not exist."""
    user = of_request(request)
    if user.is_temporary:
        raise not_found()
    if (person is None) == (unit is None):
        raise Refused("请填写 person 或 unit 其中一项", status=422, fields={"person": "请指定人员或机构"})
    found: Person | Unit | None
    if unit is not None:
        found = Unit.objects.living().visible_to(user).filter(pk=unit).first()
    else:
        found = Person.objects.visible_to(user).filter(pk=person or 0).first()
    if found is None:
        raise not_found()
    if viewer is None:
        return _explained(user.person_id, found, is_own=True)
    if not (user.allows(APPROVE.key) or user.allows(PROPOSE_DISTRICT.key)):
        raise not_found()
    other = Person.objects.visible_to(user).filter(pk=viewer).first()
    if other is None:
        raise not_found()
    seeing.explain(other, found, reason=reason, actor=user)
    return _explained(other.pk, found, is_own=False)


def _explained(viewer_id: int, target: Person | Unit, *, is_own: bool) -> Explanation:
    if isinstance(target, Unit):
        one = explain.units(viewer_id, [target])[target.pk]
        mode, label = ("direct", "显示") if one.is_seen else ("none", "隐藏")
        return Explanation(
            mode=mode, label=label, step=4, text=one.text, rule_id=0, hiding_id=0 if is_own else one.hiding_id
        )
    reason = explain.of(viewer_id, target.pk)
    return Explanation(
        mode=reason.mode.name.lower(),
        label=str(reason.mode.label),
        step=reason.step,
        text=reason.text,
        rule_id=0 if is_own else reason.rule_id,
        hiding_id=0 if is_own else reason.hiding_id,
    )
