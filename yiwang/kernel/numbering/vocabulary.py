"""What numbering says to the platform."""

from yiwang.kernel.extension.audit import AuditVerb

ISSUED = AuditVerb("numbering.issued", "取得编号{target}")
VOIDED = AuditVerb("numbering.voided", "作废编号{target}")
VERBS = (ISSUED, VOIDED)
