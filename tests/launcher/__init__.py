"""The command `yiwang` as an operator meets it: real processes on this machine's own addresses."""
