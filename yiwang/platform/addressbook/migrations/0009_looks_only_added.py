"""Looks are only added; six months (the law's shortest time for logs) must pass before one may go."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION addressbook_keep_looks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '查看记录只能追加' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER addressbook_looks_unchanged BEFORE UPDATE ON addressbook_look
    FOR EACH STATEMENT EXECUTE FUNCTION addressbook_keep_looks();
CREATE TRIGGER addressbook_looks_kept BEFORE DELETE ON addressbook_look
    FOR EACH ROW WHEN (OLD.at > now() - interval '180 days') EXECUTE FUNCTION addressbook_keep_looks();
ALTER TABLE addressbook_look ENABLE ALWAYS TRIGGER addressbook_looks_unchanged;
ALTER TABLE addressbook_look ENABLE ALWAYS TRIGGER addressbook_looks_kept;
"""

BACKWARDS = """
DROP TRIGGER addressbook_looks_unchanged ON addressbook_look;
DROP TRIGGER addressbook_looks_kept ON addressbook_look;
DROP FUNCTION addressbook_keep_looks();
"""


class Migration(migrations.Migration):
    dependencies = [("addressbook", "0008_looks")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
