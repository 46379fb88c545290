"""Moments in the life of an account that other apps may join."""

from yiwang.kernel.hook import Hook

account_activated = Hook("accounts.account_activated")  # account
account_closed = Hook("accounts.account_closed")  # account
