"""Taking out one's own data (个人信息导出): masked as a rule, in clear for who gives his password again."""

from django.contrib.auth.hashers import check_password
from django.db import transaction

from yiwang.kernel.audit import actions as audit
from yiwang.kernel.errors import invalid
from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import own_data
from yiwang.platform.accounts.queries.own_data import Section
from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.accounts.vocabulary import OWN_DATA_EXPORTED


@transaction.atomic
def export_own_data(*, password: str, actor: Principal) -> list[Section]:
    """All that is kept of him, to be handed over now. password: "" leaves the numbers masked."""
    account = Account.objects.get(pk=actor.account_id)
    if password and not check_password(password, account.password):
        raise invalid("password", "密码不正确")
    sections = own_data.sections(actor.person_id, in_clear=bool(password))
    shown = "完整号码" if password else "号码已隐去"
    audit.record(OWN_DATA_EXPORTED, account, actor=actor, changes={"numbers": [None, shown]})
    return sections
