"""One write path: what changes the database stands in actions, and every action is remembered (§5.5)."""

import ast
from pathlib import Path

from tests.architecture import source

# Writes on querysets and objects that only actions may call.
WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete"}

# Where a writer is not an action, and why.
NO_ACTIONS = {
    "yiwang/kernel/audit/queries.py": "verifies in a read-only transaction",
    "yiwang/kernel/files/storage.py": "writes sealed files, not rows",
    "yiwang/kernel/crypto/columns.py": "re-seals columns, called by the rotation action",
    "yiwang/kernel/crypto/fields.py": "Django's own field protocol",
    "yiwang/kernel/crypto/rings.py": "makes the first data key of a purpose where it is needed",
}

# Actions that leave no audit line, and why.
UNREMEMBERED = {
    ("yiwang/kernel/audit/actions.py", "record"): "is the memory itself",
    ("yiwang/kernel/audit/actions.py", "record_many"): "is the memory itself",
    ("yiwang/kernel/audit/actions.py", "extend_chain"): "anchors the log",
    ("yiwang/kernel/audit/actions.py", "mask"): "changes nothing",
    ("yiwang/kernel/audit/actions.py", "record_key_change"): "records directly",
    ("yiwang/kernel/crypto/actions.py", "rotate_key_encryption_key"): "the audit log hears of it by a hook",
    ("yiwang/kernel/crypto/actions.py", "rotate_data_key"): "the audit log hears of it by a hook",
    ("yiwang/platform/changes/actions/person_review.py", "happened"): "the engine calls it; its parts record",
    ("yiwang/platform/changes/actions/person_clock.py", "end_due_posts"): "each end_post records",
    ("yiwang/platform/clients/actions/clients.py", "locked"): "only locks",
    ("yiwang/site/sandbox/actions.py", "order"): "clients.register and clients.enable record",
    ("yiwang/platform/messages/actions/open_messages.py", "send"): "messages.send records",
    ("yiwang/platform/messages/actions/open_messages.py", "recall"): "messages.recall records",
    ("yiwang/platform/messages/actions/open_messages.py", "another_code"): "part of sending again, which did",
    ("yiwang/platform/messages/actions/open_messages.py", "change_card"): "cards.change records",
    ("yiwang/platform/messages/actions/open_messages.py", "change_card_once"): "cards.change records",
    ("yiwang/platform/messages/actions/cards.py", "send_card"): "messages.send records",
    ("yiwang/platform/messages/actions/cards.py", "use_code"): "part of changing a card, which records",
    ("yiwang/platform/messages/actions/cards.py", "follow_delivery"): "a time stamp; the answer was recorded",
    ("yiwang/platform/messages/actions/cards.py", "keep_picture"): "copies what was sent, which was recorded",
    ("yiwang/platform/messages/actions/cards.py", "forget_codes"): "housekeeping of void codes",
    ("yiwang/platform/todos/actions/open_items.py", "push"): "items.push records",
    ("yiwang/platform/todos/actions/open_items.py", "update"): "items.push records",
    ("yiwang/platform/todos/actions/open_items.py", "complete"): "early.complete_or_keep records",
    ("yiwang/platform/todos/actions/open_items.py", "cancel"): "early.cancel_or_keep records",
    ("yiwang/platform/todos/actions/open_items.py", "reconcile"): "checks.reconcile records",
    ("yiwang/platform/todos/actions/open_items.py", "answer_quick_action"): "quick.answer records",
    ("yiwang/platform/clients/actions/events.py", "tell"): "part of the act it tells of, which records",
    ("yiwang/platform/clients/actions/events.py", "place_events"): "gives numbers; nobody's act",
    ("yiwang/platform/clients/actions/events.py", "deliver"): "sends what acts have told",
    ("yiwang/platform/clients/actions/events.py", "deliver_due"): "sends what acts have told",
    ("yiwang/platform/clients/actions/events.py", "sign"): "only reckons",
    ("yiwang/platform/clients/actions/events.py", "forget"): "housekeeping of events that were told",
    ("yiwang/platform/clients/actions/keys.py", "issue_token"): "the application asks; it records",
    ("yiwang/platform/clients/actions/keys.py", "is_registered"): "only reads",
    ("yiwang/platform/clients/actions/admission.py", "begin"): "lets a call in; what it does records",
    ("yiwang/platform/clients/actions/admission.py", "let_in"): "lets a call in; what it does records",
    ("yiwang/platform/clients/actions/admission.py", "require_scope"): "only asks",
    ("yiwang/platform/clients/actions/admission.py", "admit"): "only asks",
    ("yiwang/platform/clients/actions/admission.py", "run"): "lets a call in; what it does records",
    ("yiwang/platform/clients/actions/admission.py", "finish"): "writes the log of calls",
    ("yiwang/platform/org/actions/codes.py", "ship_codes"): "ships words of the law; nobody's act",
    ("yiwang/platform/org/actions/checking.py", "mark_checked"): "part of another action, which records",
    ("yiwang/platform/sharing/actions/shares.py", "happened"): "the engine's call; its parts record",
    ("yiwang/platform/sharing/actions/ledger.py", "refresh_share"): "refresh records",
    ("yiwang/platform/sharing/actions/ledger.py", "follow_person"): "asks for a job, which records",
    ("yiwang/platform/sharing/actions/ledger.py", "want"): "changes a row that its caller saves",
    ("yiwang/platform/sharing/actions/ledger.py", "give_up"): "changes a row that its caller saves",
    ("yiwang/platform/sharing/actions/pushing.py", "claim"): "counts a try; the push records",
    ("yiwang/platform/sharing/actions/pushing.py", "settle"): "keeps a push record; the run records",
    ("yiwang/platform/org/actions/corrections.py", "apply_facts"): "part of other actions, which record",
    ("yiwang/platform/org/actions/posts.py", "end_due_posts"): "each end_post records",
    ("yiwang/platform/addressbook/actions/proposals.py", "duty"): "part of proposing a rule, which records",
    ("yiwang/platform/addressbook/actions/sight.py", "follow_account"): "part of another, which records",
    ("yiwang/platform/addressbook/actions/sight.py", "follow"): "part of another action, which records",
    ("yiwang/platform/addressbook/actions/sight.py", "follow_persons"): "part of another, which records",
    ("yiwang/platform/addressbook/actions/sight.py", "follow_rules"): "part of another, which records",
    ("yiwang/platform/addressbook/actions/sight.py", "place_zones"): "part of another, which records",
    ("yiwang/platform/addressbook/actions/trial.py", "deciding"): "leaves nothing behind",
    ("yiwang/platform/addressbook/actions/trial.py", "ending"): "leaves nothing behind",
    ("yiwang/platform/addressbook/actions/trials.py", "draft"): "its parts record",
    ("yiwang/platform/addressbook/actions/trials.py", "count"): "counts what somebody asked for; ask records",
    ("yiwang/platform/addressbook/actions/trials.py", "give_up"): "ends what somebody asked for",
    ("yiwang/platform/addressbook/actions/trials.py", "cancel"): "breaks off what changes nothing",
    ("yiwang/platform/addressbook/actions/following.py", "tell_followers"): "tells what acts have changed",
    ("yiwang/platform/addressbook/actions/following.py", "advance"): "writes what is read next; nobody's act",
    ("yiwang/platform/addressbook/actions/sight.py", "announce"): "part of another action, which records",
    ("yiwang/platform/addressbook/actions/looks.py", "opened"): "is a memory of its own, only added to",
    ("yiwang/platform/addressbook/actions/looks.py", "searched"): "is a memory of its own, only added to",
    ("yiwang/platform/addressbook/actions/looks.py", "revealed"): "part of mobiles.reveal, which records",
    ("yiwang/platform/addressbook/actions/looks.py", "taken"): "part of an export, which records",
    ("yiwang/platform/addressbook/actions/stars.py", "star"): "one's own list of persons at hand",
    ("yiwang/platform/addressbook/actions/stars.py", "unstar"): "one's own list of persons at hand",
    ("yiwang/platform/addressbook/actions/conversations.py", "write_to"): "a time stamp of a message sent",
    ("yiwang/platform/org/actions/projection.py", "copy_main_post"): "part of another action, which records",
    ("yiwang/platform/org/actions/projection.py", "copy_main_posts"): "part of another action, which records",
    ("yiwang/platform/org/actions/projection.py", "recount_heads"): "part of another action, which records",
    ("yiwang/platform/accounts/actions/role_moves.py", "end_others"): "ends roles, which records",
    ("yiwang/platform/accounts/actions/role_moves.py", "follow_split"): "ends roles, which records",
    (
        "yiwang/platform/changes/actions/unit_review.py",
        "happened",
    ): "approvals call it; its parts record",
    ("yiwang/platform/changes/actions/unit_effects.py", "carry_out"): "acts of org, which record",
    ("yiwang/platform/changes/actions/unit_preview.py", "attempt"): "leaves nothing behind",
    ("yiwang/platform/changes/actions/unit_notices.py", "decided"): "part of another action, which records",
    ("yiwang/platform/changes/actions/unit_notices.py", "effective"): "part of another action, which records",
    ("yiwang/platform/changes/actions/unit_notices.py", "stuck"): "part of another action, which records",
    ("yiwang/platform/org/actions/events.py", "note"): "part of another action, which records",
    ("yiwang/platform/org/actions/events.py", "note_many"): "part of another action, which records",
    ("yiwang/platform/org/actions/tree.py", "lock"): "only locks",
    ("yiwang/platform/org/actions/tree.py", "next_sort"): "only reads",
    ("yiwang/platform/org/actions/tree.py", "next_id"): "only takes a number",
    ("yiwang/platform/org/actions/tree.py", "put_below"): "part of another action, which records",
    ("yiwang/platform/org/actions/tree.py", "remember"): "part of another action, which records",
    ("yiwang/platform/org/actions/tree.py", "require_not_before"): "changes nothing",
    ("yiwang/platform/org/actions/tree.py", "close"): "part of another action, which records",
    (
        "yiwang/platform/accounts/actions/passwords.py",
        "set_password",
    ): "part of another action, which records",
    ("yiwang/platform/accounts/actions/sessions.py", "end_sessions_of"): "part of another, which records",
    ("yiwang/platform/accounts/actions/roles.py", "require_not_last"): "locks and asks, changes nothing",
    ("yiwang/platform/accounts/actions/roles.py", "settle_kind"): "part of another action, which records",
    ("yiwang/platform/accounts/actions/roles.py", "store"): "part of another action, which records",
    ("yiwang/platform/accounts/actions/role_moves.py", "move_roles"): "a holding's callback; it records",
    (
        "yiwang/platform/accounts/actions/activation.py",
        "check_activation_code",
    ): "counts a try; activation records",
    ("yiwang/platform/approvals/actions/readers.py", "follow_todo"): "asks for a job, which records",
    ("yiwang/platform/accounts/actions/activation.py", "send_code"): "the service that sends it records",
    ("yiwang/platform/accounts/actions/mobiles.py", "send_code"): "the service that sends it records",
    ("yiwang/platform/accounts/actions/mobiles.py", "cancel"): "bindings.drop records",
    ("yiwang/platform/accounts/actions/temporary.py", "open_temporary"): "open_account records",
    (
        "yiwang/platform/changes/actions/temporary_account.py",
        "happened",
    ): "the engine's call; the acts record",
    ("yiwang/platform/accounts/actions/bindings.py", "require_free_mobile"): "asks, writes nothing",
    ("yiwang/platform/accounts/actions/verification.py", "follow_person"): "request records",
    ("yiwang/platform/accounts/actions/suspensions.py", "end_suspension"): "part of another, which records",
    ("yiwang/platform/approvals/actions/succession.py", "follow_post"): "asks for a job, which records",
    ("yiwang/platform/approvals/actions/succession.py", "follow_account"): "asks for a job, which records",
    ("yiwang/platform/accounts/actions/sessions.py", "note_activity"): "a time stamp, every minute",
    ("yiwang/platform/accounts/actions/sessions.py", "forget_attempts"): "housekeeping of throttle counters",
    ("yiwang/platform/messages/actions/messages.py", "read"): "a time stamp on one's own receipt",
    ("yiwang/platform/messages/actions/messages.py", "note_delivered"): "time stamps on one's own receipts",
    ("yiwang/platform/messages/actions/deliveries.py", "plan"): "part of sending, which was recorded",
    ("yiwang/platform/messages/actions/deliveries.py", "claim_due"): "counts a try; sending was recorded",
    ("yiwang/platform/messages/actions/deliveries.py", "settle"): "stores an answer; sending was recorded",
    ("yiwang/platform/messages/actions/deliveries.py", "choose"): "his own settings",
    ("yiwang/platform/messages/actions/notices.py", "send_notice"): "sends, which records",
    ("yiwang/platform/messages/actions/notices.py", "checked"): "changes nothing",
    ("yiwang/platform/messages/actions/notices.py", "own"): "changes nothing",
    ("yiwang/platform/messages/actions/reach.py", "checked_minutes"): "changes nothing",
    ("yiwang/platform/messages/actions/reach.py", "watch"): "a time stamp of who looks at a board",
    ("yiwang/platform/messages/actions/messages.py", "read_all"): "time stamps on one's own receipts",
    ("yiwang/platform/messages/actions/sms.py", "claim_due"): "counts a try; sending was recorded",
    ("yiwang/platform/messages/actions/sms.py", "hide_secrets"): "housekeeping of texts with codes",
    ("yiwang/platform/messages/actions/batches.py", "packed"): "changes nothing",
    ("yiwang/platform/messages/actions/batches.py", "locked"): "only locks",
    ("yiwang/platform/messages/actions/batches.py", "require_state"): "only asks",
    ("yiwang/platform/messages/actions/batches.py", "submit"): "place records",
    ("yiwang/platform/messages/actions/batches.py", "write_texts"): "part of other acts, which record",
    ("yiwang/platform/messages/actions/open_texts.py", "send"): "batches.place records",
    ("yiwang/platform/messages/actions/drafts.py", "submit"): "batches.place records",
    ("yiwang/platform/messages/actions/batches.py", "checked"): "changes nothing",
    ("yiwang/platform/messages/actions/batches.py", "finish"): "counts answers; sending was recorded",
    ("yiwang/platform/messages/actions/sms.py", "give_up"): "housekeeping of what carriers forgot",
    ("yiwang/platform/messages/actions/codes.py", "check_code"): "counts a try; the act it allows records",
    ("yiwang/platform/messages/actions/codes.py", "forget_codes"): "housekeeping of void codes",
    ("yiwang/platform/todos/actions/taking.py", "take"): "part of other acts, which record",
    ("yiwang/platform/todos/actions/taking.py", "take_for_unit"): "part of completing, which records",
    ("yiwang/platform/todos/actions/following.py", "follow"): "his own bookmark",
    ("yiwang/platform/todos/actions/following.py", "unfollow"): "his own bookmark",
    ("yiwang/platform/todos/actions/early.py", "forget_early"): "housekeeping of words without a to-do",
    ("yiwang/platform/todos/actions/transfers.py", "transfer"): "passes on, which records",
    ("yiwang/platform/todos/actions/items.py", "open_item"): "time stamps on one's own to-do",
    ("yiwang/platform/todos/actions/handing.py", "hand_over"): "passes on one by one, each of which records",
    ("yiwang/platform/todos/actions/items.py", "mark_read"): "time stamps on one's own to-dos",
    ("yiwang/platform/addressbook/actions/sight.py", "bring_groups"): "part of another, which records",
    ("yiwang/platform/tags/actions/member_import.py", "import_members"): "add_members records",
    ("yiwang/platform/tags/actions/moving.py", "move_to_unit"): "a holding's callback; it records",
    ("yiwang/platform/tags/actions/tag.py", "count_members"): "counts anew for lists",
    ("yiwang/platform/tags/actions/use.py", "resolve"): "writes the log of uses",
    ("yiwang/platform/tags/actions/use.py", "note_use"): "is the log of uses itself",
    ("yiwang/platform/tags/actions/words.py", "ship_words"): "ships words; nobody's act",
    ("yiwang/platform/changes/actions/handover_holding.py", "hand_over"): "called by place; its parts record",
    ("yiwang/platform/changes/actions/people_import.py", "take"): "called by place; submit records",
    ("yiwang/platform/changes/actions/people_import.py", "happened"): "called by place, and records",
}


# Files whose functions are parts of acts in other files, which name the actor and record.
PARTS = {
    "yiwang/platform/approvals/actions/records.py": "adds to the trail",
    "yiwang/platform/approvals/actions/steps.py": "moves an instance from step to step",
    "yiwang/platform/approvals/actions/telling.py": "to-dos and messages of acts",
    "yiwang/platform/messages/actions/card_parts.py": "parts of sending, answering and changing cards",
    "yiwang/platform/messages/actions/telling.py": "parts of the acts that it tells of",
    "yiwang/platform/todos/actions/telling.py": "parts of the acts that it tells of",
    "yiwang/platform/clients/actions/batches.py": "runs acts of other files, which record",
    "yiwang/platform/clients/actions/traffic.py": "keeps the log of calls, which is no log of acts",
    "yiwang/platform/changes/actions/handover_items.py": "puts things on a handover and gives them",
    "yiwang/platform/changes/actions/handover_todos.py": "to-dos of a handover",
    "yiwang/platform/changes/actions/people_rows.py": "writes the operations of a batch",
    "yiwang/platform/tags/actions/feed.py": "the address book's groups follow a tag",
    "yiwang/platform/tags/actions/leaving.py": "who leaves drops off; it records by name",
    "yiwang/platform/tags/actions/locking.py": "locks and asks",
    "yiwang/platform/tags/actions/telling.py": "messages of acts",
    "yiwang/platform/changes/actions/operation_parts.py": "locks, notes, tells and ends",
    "yiwang/platform/upkeep/actions/todo_ends.py": "ends the to-dos of acts",
}


def _actions() -> list[tuple[Path, ast.FunctionDef]]:
    return [
        (path, node)
        for path in source.product_files()
        if source.is_action_file(path) and source.name(path) not in PARTS
        for node in source.tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def test_every_action_names_its_actor() -> None:
    wrong = [
        f"{source.name(path)}:{node.lineno} {node.name}"
        for path, node in _actions()
        if "actor" not in {argument.arg for argument in node.args.kwonlyargs}
        and (source.name(path), node.name) not in UNREMEMBERED
    ]
    assert not wrong, f"a public function of actions takes a keyword-only `actor`: {wrong}"


def _reaches_record(path: Path, node: ast.FunctionDef) -> bool:
    """Does the function record, itself or through functions of its own file?"""
    own = {one.name: one for one in source.tree(path).body if isinstance(one, ast.FunctionDef)}
    seen: set[str] = set()
    waiting: list[ast.FunctionDef] = [node]
    while waiting:
        for _, name in source.called(waiting.pop()):
            if name.startswith("record") or name in ("log", "export", "audit"):
                return True
            if name in own and name not in seen:
                seen.add(name)
                waiting.append(own[name])
    return False


def test_every_action_is_remembered() -> None:
    silent = [
        f"{source.name(path)}:{node.lineno} {node.name}"
        for path, node in _actions()
        if (source.name(path), node.name) not in UNREMEMBERED and not _reaches_record(path, node)
    ]
    assert not silent, f"call audit.record in: {silent}"


def test_only_actions_write() -> None:
    found = [
        f"{source.name(path)}:{call.lineno} .{name}()"
        for path in source.product_files()
        if not source.is_action_file(path) and source.name(path) not in NO_ACTIONS
        for call, name in source.called(source.tree(path))
        if name in WRITES and isinstance(call.func, ast.Attribute)
    ]
    assert not found, f"move the write into an action: {found}"


def test_no_model_signals_and_no_lazy_models() -> None:
    """post_migrate and the like are the framework's life, not the office's; they may be heard."""
    signals = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
    wrong = [
        source.name(path)
        for path in source.product_files()
        for node in ast.walk(source.tree(path))
        if (isinstance(node, ast.ImportFrom) and signals & {alias.name for alias in node.names})
        or (isinstance(node, ast.Attribute) and node.attr == "get_model")
    ]
    assert not wrong, f"an action calls what follows by name: {wrong}"


def test_no_check_is_evaded() -> None:
    wrong = [
        f"{source.name(path)} {word}"
        for path in source.product_files()
        for word in ("mark_safe", "csrf_exempt", ".extra(")
        if word in path.read_text()
    ]
    assert not wrong, f"not here: {wrong}"
