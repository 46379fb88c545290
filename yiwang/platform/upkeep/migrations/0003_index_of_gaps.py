"""People whose entry lacks something, in the order of lists: few of many. As `queries.gaps` asks for them."""

from django.db import migrations

_PHONE = r"^(0[0-9]{2,3}-)?[2-9][0-9]{6,7}(-[0-9]{1,6})?$"
_LACKING = f"""
CREATE INDEX upkeep_lacking ON org_person (position)
WHERE status IN ('on_post', 'lent', 'attached') AND NOT (category = 'external')
  AND (name = '' OR name ~ '[0-9[:space:]]' OR id_number_index IS NULL OR unit_id IS NULL OR title = ''
    OR (category = 'established' AND duty_level = '' AND grade = '' AND post_grade = ''
      AND NOT (establishment IN ('enterprise', 'military')))
    OR mobile_index IS NULL OR NOT (office_phone ~ '{_PHONE}'))
"""


class Migration(migrations.Migration):
    dependencies = [("upkeep", "0002_operation_of_a_known_change"), ("org", "0013_strokes")]

    operations = [migrations.RunSQL(_LACKING, "DROP INDEX upkeep_lacking")]
