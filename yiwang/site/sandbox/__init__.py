"""The sandbox (沙箱): a second platform with a fictitious organisation, where vendors try calls (ADR 24)."""
