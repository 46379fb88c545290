"""Moments the cryptography module announces. The audit log, which builds on it, listens."""

from yiwang.kernel.hook import Hook

# verb: AuditVerb; purpose: str; version: int; actor: Actor | None
key_changed = Hook("crypto.key_changed")
