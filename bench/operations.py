"""Person operations as delegated administrators look at them: a hundred thousand in the district."""

from collections.abc import Sequence

from django.db import connection
from django.urls import reverse

from bench import administrators
from bench.requests import Request, spread
from yiwang.platform.changes.models import PersonOperation

_MANY = 100_000
_LOAD = """
INSERT INTO changes_personoperation (row_key, number, kind, state, revision, person_id, person_name, unit_id,
    unit_path, other_path, from_unit_id, title, departure, basis, reason, payload, differences, change_date,
    due_on, due_history, effective_on, submitted_at, applied_at, is_late, late_by, verification, failure,
    returned, applicant_id, applicant_name, applicant_unit, created_at, updated_at, updated_by_name)
SELECT gen_random_uuid(), '人变〔2026〕' || n || '号',
    (ARRAY['correct', 'transfer', 'concurrent', 'correct'])[n %% 4 + 1],
    CASE WHEN n %% 50 = 0 THEN 'waiting_unit' ELSE 'effective' END, 1, id, name, unit_id, unit_path, '',
    unit_id, title, '', '', '', '{}', '[]', current_date - (n %% 300)::int,
    current_date - (n %% 300)::int + 10, '[]', current_date - (n %% 300)::int, now(),
    CASE WHEN n %% 50 <> 0 THEN now() - n %% 300 * interval '1 day' END,
    n %% 10 = 0, n %% 3, '', '', '', id, name, '', now(), now(), name
FROM (
    SELECT *, row_number() OVER (ORDER BY md5(id::text)) AS n FROM org_person WHERE unit_id IS NOT NULL
) chosen
WHERE n <= %s"""


def operations(cookies: Sequence[str], password: str) -> list[Request]:
    """The list of their units, as it is, filtered and sorted."""
    if not PersonOperation.objects.exists():
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [_MANY])
            cursor.execute("ANALYZE changes_personoperation")
    own = [one.cookie for one in administrators.branches()]
    path = reverse("changes:persons")
    asked = ("", "?state=waiting_unit", "?kind=transfer", "?late=late", "?sort=due_on")
    return spread(own, [path + asked[number // len(own) % len(asked)] for number in range(len(own) * 5)])
