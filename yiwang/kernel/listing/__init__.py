"""List screens: filter, sort, page by key, choose columns, print, export. The entry is `screens.respond`."""
