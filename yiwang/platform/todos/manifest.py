"""What todos give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.badges import Badge, badges
from yiwang.kernel.extension.holdings import Holding, holdings
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.widgets import Widget, widgets
from yiwang.platform.org import hooks as org
from yiwang.platform.todos import queries, vocabulary
from yiwang.platform.todos.actions import handing

audit_verbs.add_all(vocabulary.VERBS)
menu.add(
    MenuEntry(
        "todos",
        "待办",
        url_name="todos:list",
        icon="checklist",
        order=4,
        staff_only=False,
        tab=True,
        tool=True,
    )
)
badges.add(Badge("todos", "待办", queries.TODO_NUMBER))
badges.add(Badge("todos_toread", "待阅", queries.TOREAD_NUMBER))
widgets.add(Widget("todos.mine", "我的待办", "todos/_widget.html", context=queries.widget, order=10))
holdings.add(
    Holding(
        "todos.open",
        "未办结待办",
        of_person=queries.held_by,
        of_unit=queries.held_in,
        hand_over=lambda person, ids, to, actor: handing.hand_over(person, ids, to, actor=actor),
        move_to_unit=lambda path, target, actor: handing.move_to_unit(path, target, actor=actor),
        blocks_revocation=True,
        order=10,
    )
)
org.post_moved.add(handing.follow_post)
