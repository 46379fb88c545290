"""What changes do by the clock: approved ones take effect on their day. Each noun has its own action."""
