"""Entries and anchors can only be added. ENABLE ALWAYS: replication mode does not skip these triggers."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '审计日志只能追加' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_anchor
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_append_only;
ALTER TABLE audit_anchor ENABLE ALWAYS TRIGGER audit_append_only;
"""

BACKWARDS = """
DROP TRIGGER audit_append_only ON audit_entry;
DROP TRIGGER audit_append_only ON audit_anchor;
DROP FUNCTION audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_entries_and_anchors")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
