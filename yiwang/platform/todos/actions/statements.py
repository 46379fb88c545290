"""The hand-written statements of the acts on to-dos; items.py runs them, checks and records."""

# Who is named, in the post he is named for or his main one. A missing row is a receiver who does not stand.
_WANTED = """
    SELECT person.id AS person_id, coalesce(named.id, main.id) AS post_id,
        coalesce(named.unit_id, main.unit_id, person.unit_id) AS unit_id, seat.place
    FROM unnest(%(persons)s::bigint[], %(posts)s::bigint[]) WITH ORDINALITY AS seat(person_id, post_id, place)
    JOIN org_person person ON person.id = seat.person_id
    JOIN accounts_account account ON account.person_id = person.id AND account.state <> 'closed'
    LEFT JOIN org_post named ON named.id = seat.post_id AND named.person_id = person.id
    LEFT JOIN org_post main ON main.person_id = person.id AND main.kind = 'main' AND main.is_living"""

_GIVE = """
    INSERT INTO todos_assignment (item_id, person_id, post_id, unit_id, state, turn, kind, urgency, due_at,
        arrived_at, is_claimed, note)
    SELECT item.id, wanted.person_id, wanted.post_id, wanted.unit_id, %(open)s, 1, item.kind, item.urgency,
        item.due_at, %(now)s, false, ''
    FROM item, wanted
    WHERE NOT EXISTS (SELECT FROM todos_assignment had
        WHERE had.item_id = item.id AND had.person_id = wanted.person_id)
    ORDER BY wanted.place
    ON CONFLICT DO NOTHING
    RETURNING 1"""

_CONTENT = (
    "type",
    "kind",
    "title",
    "summary",
    "is_batchable",
    "may_transfer",
    "quick_actions",
    "urgency",
    "due_at",
    "url",
    "mobile_url",
)
_NEW = ", ".join(f"{name} = EXCLUDED.{name}" for name in _CONTENT)
_OLD_ROW = ", ".join(f"todos_item.{name}" for name in _CONTENT)
_NEW_ROW = ", ".join(f"EXCLUDED.{name}" for name in _CONTENT)

# One round trip: the item unless it stands already, its change if it changed, and an assignment for each.
# Inserts nothing unless every receiver stands.
PUSH = f"""
    WITH wanted AS ({_WANTED}
    ), item AS (
        INSERT INTO todos_item (app, app_name, biz_id, task_id, version, app_version, type, kind, title,
            summary, needs, is_batchable, may_transfer, quick_actions, initiator_id, initiator_name,
            initiator_unit, urgency, arrived_at, due_at, url,
            mobile_url, state, updated_at)
        SELECT %(app)s, %(app_name)s, %(biz_id)s, %(task_id)s, 1, %(app_version)s, %(type)s, %(kind)s,
            %(title)s, %(summary)s, %(needs)s, %(is_batchable)s, %(may_transfer)s, %(quick_actions)s::jsonb,
            %(initiator_id)s::bigint, coalesce(initiator.name, ''),
            coalesce(department.short_name, ''), %(urgency)s, %(now)s, %(due_at)s::timestamptz, %(url)s,
            %(mobile_url)s, 'open', %(now)s
        FROM (SELECT) one
        LEFT JOIN org_person initiator ON initiator.id = %(initiator_id)s::bigint
        LEFT JOIN org_unit department ON department.path = left(initiator.unit_path, %(department)s)
        WHERE (SELECT count(*) FROM wanted) = cardinality(%(persons)s::bigint[])
        ON CONFLICT (app, biz_id, task_id) DO UPDATE
            SET {_NEW}, version = todos_item.version + 1, updated_at = EXCLUDED.updated_at,
                app_version = EXCLUDED.app_version
            WHERE todos_item.state = 'open'
                AND (EXCLUDED.app_version = 0 OR EXCLUDED.app_version > todos_item.app_version)
                AND ({_OLD_ROW}) IS DISTINCT FROM ({_NEW_ROW})
        RETURNING *
    ), given AS ({_GIVE}
    ), carried AS (
        UPDATE todos_assignment
        SET kind = item.kind, urgency = item.urgency, due_at = item.due_at
        FROM item
        WHERE item.version > 1 AND item_id = item.id AND todos_assignment.state IN ('todo', 'toread')
            AND (todos_assignment.kind, todos_assignment.urgency, todos_assignment.due_at)
                IS DISTINCT FROM (item.kind, item.urgency, item.due_at)
    )
    SELECT item.*, (SELECT count(*) FROM given) AS given, EXISTS (
        SELECT FROM todos_earlyact said
        WHERE said.app = %(app)s AND said.biz_id = %(biz_id)s AND said.task_id = %(task_id)s) AS is_joined
    FROM item"""

GIVE_MORE = f"""
    WITH wanted AS ({_WANTED}
    ), item AS (SELECT * FROM todos_item WHERE id = %(item_id)s
    ), given AS ({_GIVE}
    )
    SELECT count(*) FROM given"""

# A whole unit may claim it; nobody has it yet. A unit that had it before does not get it again.
GIVE_UNITS = """
    INSERT INTO todos_assignment (item_id, unit_id, state, turn, kind, urgency, due_at, arrived_at,
        is_claimed, note)
    SELECT item.id, unit.id, 'todo', 1, item.kind, item.urgency, item.due_at, %(now)s, false, ''
    FROM todos_item item, org_unit unit
    WHERE item.id = %(item)s AND unit.id = ANY(%(units)s) AND unit.status IN ('planned', 'active')
        AND NOT EXISTS (SELECT FROM todos_assignment had
            WHERE had.item_id = item.id AND had.unit_id = unit.id AND had.person_id IS NULL)
    ON CONFLICT DO NOTHING"""

# Ends open assignments of an item, or the one of a person; answers whose.
FINISH = """
    UPDATE todos_assignment SET state = %(state)s, finished_at = %(now)s
    WHERE item_id = %(item)s AND state IN ('todo', 'toread')
        AND (%(person)s::bigint IS NULL OR person_id = %(person)s)
    RETURNING person_id, unit_id"""

UNKNOWN = """
    SELECT wanted.id FROM unnest(%s::bigint[]) AS wanted(id)
    WHERE NOT EXISTS (SELECT FROM accounts_account account
        WHERE account.person_id = wanted.id AND account.state <> 'closed')"""

# The items first, as every act locks them, in the order of their ids: two readers never block each other.
LOCK_TO_READ = """
    WITH mine AS (
        SELECT item.id FROM todos_item item
        JOIN todos_assignment own ON own.item_id = item.id
        WHERE own.id = ANY(%(ids)s) AND own.person_id = %(person)s AND own.state = 'toread'
        ORDER BY item.id FOR UPDATE OF item
    )
    SELECT array_agg(id) FROM mine"""
MARK_READ = """
    UPDATE todos_assignment
    SET state = 'read', finished_at = %(now)s, opened_at = coalesce(opened_at, %(now)s)
    WHERE id = ANY(%(ids)s) AND person_id = %(person)s AND state = 'toread'"""
CLOSE_FINISHED = """
    UPDATE todos_item SET state = 'finished', closed_at = %(now)s, updated_at = %(now)s
    WHERE id = ANY(%(items)s) AND state = 'open' AND NOT EXISTS (
        SELECT FROM todos_assignment one
        WHERE one.item_id = todos_item.id AND one.state IN ('todo', 'toread'))"""

TAKE_OVER = f"""
    WITH wanted AS ({_WANTED})
    INSERT INTO todos_assignment (item_id, person_id, post_id, unit_id, state, turn, kind, urgency, due_at,
        arrived_at, passed_from_id, is_claimed, note)
    SELECT own.item_id, wanted.person_id, wanted.post_id, wanted.unit_id, %(open)s,
        1 + coalesce((SELECT max(turn) FROM todos_assignment had
            WHERE had.item_id = own.item_id AND had.person_id = wanted.person_id), 0),
        own.kind, own.urgency, own.due_at, %(now)s, own.id, own.is_claimed, ''
    FROM todos_assignment own, wanted WHERE own.id = %(own)s
    ON CONFLICT (item_id, person_id) WHERE state IN ('todo', 'toread') DO NOTHING"""
