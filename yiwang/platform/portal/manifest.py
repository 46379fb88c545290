"""What the portal gives to the platform."""

from yiwang.kernel.extension.menu import MenuEntry, menu
from yiwang.kernel.extension.widgets import Widget, widgets
from yiwang.platform.portal import queries

menu.add(MenuEntry("portal", "首页", url_name="portal:home", icon="home", order=0, staff_only=False))
menu.add(
    MenuEntry(
        "portal_apps",
        "工作台",
        url_name="portal:workbench",
        icon="layout-grid",
        order=10,
        staff_only=False,
        tab=True,
    )
)
widgets.add(Widget("portal.apps", "常用应用", "portal/_widget_apps.html", context=queries.nothing, order=20))
widgets.add(
    Widget(
        "portal.month",
        "工作日历",
        "portal/_widget_month.html",
        context=queries.month_sheet,
        order=40,
        column="side",
    )
)
widgets.add(
    Widget(
        "portal.notice",
        "使用须知",
        "portal/_widget_notice.html",
        context=queries.nothing,
        order=50,
        column="side",
    )
)
widgets.add(
    Widget(
        "portal.login",
        "本次登录",
        "portal/_widget_login.html",
        context=queries.nothing,
        order=60,
        column="side",
    )
)
