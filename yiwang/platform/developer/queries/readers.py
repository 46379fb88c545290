"""Who has business on the developer site."""

from yiwang.platform.accounts.queries.principals import Principal
from yiwang.platform.clients.models import ClientMember
from yiwang.platform.clients.vocabulary import DEVELOP, MANAGE


def has_door(user: object) -> bool:
    """In the menu: who registers or develops applications, and vendors (临时账号)."""
    if not isinstance(user, Principal):
        return False
    return user.is_temporary or user.holds(MANAGE.key) or user.holds(DEVELOP.key)


def may_enter(user: Principal) -> bool:
    """Also who looks after a single application without a right of his own."""
    if user.is_temporary or user.allows(MANAGE.key) or user.allows(DEVELOP.key):
        return True
    return ClientMember.objects.filter(account_id=user.account_id, ended_at=None).exists()
