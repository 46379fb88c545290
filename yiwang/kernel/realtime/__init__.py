"""Numbers reach open pages as they change: news from actions, a process that holds the pages (ADR 16)."""
