"""Audit verbs: the sentence a log line is shown with."""

from dataclasses import dataclass

from yiwang.kernel.registry import Registry


@dataclass(frozen=True)
class AuditVerb:
    """One thing that can be remembered. key: `<app>.<past participle>`; sentence: Chinese, without subject.

    The sentence may contain the slots {target} and {reason}.
    """

    key: str
    sentence: str


audit_verbs: Registry[AuditVerb] = Registry("audit_verbs", "Acts that the audit log can hold")
