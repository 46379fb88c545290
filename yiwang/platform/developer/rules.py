"""Who may do what with an application of the sandbox."""

from yiwang.kernel.actor import Actor
from yiwang.platform.clients.vocabulary import MANAGE
from yiwang.platform.developer.models import SandboxClient

MOST_EACH = 3  # living applications of one account


def can_keep(actor: Actor, one: SandboxClient) -> bool:
    """Who ordered it, and the system administrators."""
    return actor.account_id == one.account_id or actor.allows(MANAGE.key)
