"""Groups of the `yiwang` command, a file each. Imported only when Django is set up."""
