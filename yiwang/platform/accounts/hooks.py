"""Moments in the life of an account that other apps may join."""

from yiwang.kernel.hook import Hook

# The person passed the real-name verification; an account that waited for it now waits for activation.
account_verified = Hook("accounts.account_verified")  # account, verification
# He did not (final), or the service gave no answer to the last repetition (outcome service_error).
account_verification_failed = Hook("accounts.account_verification_failed")  # account, verification
account_suspended = Hook("accounts.account_suspended")  # account, suspension
account_resumed = Hook("accounts.account_resumed")  # account
account_locked = Hook("accounts.account_locked")  # account; after too many wrong passwords
device_appeared = Hook(
    "accounts.device_appeared"
)  # account, session; a login from a terminal not seen before
temporary_ending = Hook("accounts.temporary_ending")  # account, workdays left
temporary_expired = Hook("accounts.temporary_expired")  # account
mobile_wanted = Hook("accounts.mobile_wanted")  # account (who has the number), change
mobile_changed = Hook("accounts.mobile_changed")  # account, change
mobile_refused = Hook("accounts.mobile_refused")  # account, change; the service did not let it pass
role_proposed = Hook("accounts.role_proposed")  # given: waits for the second person
role_granted = Hook("accounts.role_granted")  # given: granted, or confirmed
role_refused = Hook("accounts.role_refused")  # given: the appointment was not confirmed
role_ended = Hook("accounts.role_ended")  # given: withdrawn, or over
account_activated = Hook("accounts.account_activated")  # account
account_closed = Hook("accounts.account_closed")  # account
