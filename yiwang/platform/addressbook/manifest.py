"""What the address book gives to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.jobs import daily, schedules
from yiwang.platform.addressbook import jobs, vocabulary
from yiwang.platform.org.hooks import tree_changed

audit_verbs.add_all(vocabulary.VERBS)
schedules.add(
    daily("addressbook.count_hot_prefixes", "统计通讯录常用检索前缀", at="03:40", run=jobs.count_hot_prefixes)
)
tree_changed.add(jobs.follow_tree)
