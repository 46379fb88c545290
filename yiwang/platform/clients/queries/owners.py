"""Whom to tell about an application: who looks after it, and its unit's administrators."""

from yiwang.platform.accounts.models import Account
from yiwang.platform.accounts.queries import roles
from yiwang.platform.accounts.vocabulary import GRADED_ADMINISTRATOR
from yiwang.platform.clients.models import Client, ClientMember

APPLICATION_OWNER = "accounts.application_owner"


def persons_of(client: Client) -> list[int]:
    """Its members with an account in order, its unit's 应用负责人 and 分级管理员; each once."""
    members = ClientMember.objects.filter(
        client=client, ended_at=None, account__state=Account.State.ACTIVE
    ).order_by("pk")
    found = list(members.values_list("account__person_id", flat=True))
    for role in (APPLICATION_OWNER, GRADED_ADMINISTRATOR.key):
        found += [one.person_id for one in roles.holders(role, client.unit)]
    return list(dict.fromkeys(found))
