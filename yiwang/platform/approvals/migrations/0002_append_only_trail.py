"""The trail can only be added to."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION approvals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '流转记录只能追加' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER approvals_append_only BEFORE UPDATE OR DELETE ON approvals_trail
    FOR EACH STATEMENT EXECUTE FUNCTION approvals_refuse();
"""

BACKWARDS = """
DROP TRIGGER approvals_append_only ON approvals_trail;
DROP FUNCTION approvals_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_approvals")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
