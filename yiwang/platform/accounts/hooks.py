"""Moments in the life of an account that other apps may join."""

from yiwang.kernel.hook import Hook

# The person passed the real-name verification; an account that waited for it now waits for activation.
account_verified = Hook("accounts.account_verified")  # account, verification
# He did not (final), or the service gave no answer to the last repetition (outcome service_error).
account_verification_failed = Hook("accounts.account_verification_failed")  # account, verification
account_activated = Hook("accounts.account_activated")  # account
account_closed = Hook("accounts.account_closed")  # account
