"""What the portal gives to the platform."""

from yiwang.kernel.extension.menu import MenuEntry, menu

menu.add(MenuEntry("portal", "首页", url_name="portal:home", icon="home", order=0, staff_only=False))
menu.add(
    MenuEntry(
        "portal_apps", "工作台", url_name="portal:workbench", icon="layout-grid", order=10, staff_only=False, tab=True
    )
)
