"""What approvals give to the platform."""

from yiwang.kernel.extension.approvals import Resolver, resolvers
from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.permissions import permissions
from yiwang.kernel.extension.todos import todo_types
from yiwang.platform.approvals import vocabulary
from yiwang.platform.approvals.queries import people

audit_verbs.add_all(vocabulary.VERBS)
permissions.add(vocabulary.MANAGE)
todo_types.add_all(vocabulary.TODO_TYPES)
resolvers.add(Resolver("approvals.person", "指定人员", resolve=people.named))
