"""What todos give to the platform."""

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.badges import Badge, badges
from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.widgets import Widget, widgets
from yiwang.platform.todos import queries, vocabulary

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
