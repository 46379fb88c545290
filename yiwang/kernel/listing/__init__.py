"""List screens: filter, sort, page by key, choose columns, print, export. The one entry is `screens.respond`."""
