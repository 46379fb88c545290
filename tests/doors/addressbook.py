"""Doors of the address book."""

from tests.doors.door import Door

DOORS = (
    Door("addressbook:home", "302 404 200 200 200 200 200"),
    Door("addressbook:pick", "302 404 200 200 200 200 200"),
    Door("addressbook:search", "302 404 200 200 200 200 200"),
    Door("addressbook:unit", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:unit", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:tree_level", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:tree_level", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:unit_level", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:unit_level", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:members", "302 404 200 200 200 200 200", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:members", "302 404 404 200 404 404 200", ids={"pk": "unit:QP-0101-01"}),
    Door("addressbook:person", "302 404 200 200 200 200 200", ids={"pk": "person:wang"}),
    Door("addressbook:person", "302 404 404 200 404 404 200", ids={"pk": "person:mi"}),
    # An administrator's rights open no number (§29); colleagues and leaders see them (§3.7).
    Door("addressbook:mobile", "302 404 403 403 403 403 403", ids={"pk": "person:wang"}),
    Door("addressbook:mobile", "302 404 200 403 200 403 403", ids={"pk": "person:tang"}),
    Door("addressbook:mobile", "302 404 404 403 404 404 403", ids={"pk": "person:mi"}),
    Door("addressbook:mobile", "303 404 422 403 422 403 403", "POST", ids={"pk": "person:tang"}),
    Door("addressbook:star", "303 404 303 303 303 303 303", "POST", ids={"pk": "person:mi"}),
    Door("addressbook:letters", "302 404 200 200 200 200 200"),
    Door("addressbook:starred", "302 404 200 200 200 200 200"),
    Door("addressbook:my_looks", "302 404 200 200 200 200 200"),
    Door("addressbook:open_mobile", "303 404 303 303 303 303 303", "POST"),
    Door("addressbook:looks", "302 404 404 404 404 200 404"),
    Door("addressbook:mass_views", "302 404 404 404 404 200 404"),
    Door("addressbook:settle_mass_view", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("addressbook:phonebook", "302 404 404 404 200 404 404", ids={"pk": "unit:QP-0301"}),
    Door("addressbook:phonebook", "302 404 404 404 403 404 404", ids={"pk": "unit:QP-0302"}),
    Door("addressbook:pick_units", "302 404 200 200 200 200 200"),
    Door("addressbook:contacts", "302 404 200 200 200 200 200"),
    Door("addressbook:contact_act", "303 404 404 404 404 404 404", "POST", ids={"pk": "1", "act": "accept"}),
    Door("addressbook:stranger", "302 404 404 404 404 404 404", ids={"ticket": "x"}),
    Door("addressbook:settings_home", "302 404 404 404 200 404 200"),
    Door("addressbook:settings", "302 404 404 404 200 404 200", ids={"what": "presets"}),
    Door("addressbook:settings", "302 404 404 404 404 404 404", ids={"what": "nothing"}),
    Door("addressbook:setting", "302 404 404 404 404 404 404", ids={"what": "rules", "pk": "1"}),
    Door("addressbook:setting_trial", "302 404 404 404 404 404 404", ids={"what": "rules", "pk": "1"}),
    Door(
        "addressbook:setting_trial", "303 404 404 404 404 404 404", "POST", ids={"what": "rules", "pk": "1"}
    ),
    Door(
        "addressbook:setting_trial_cancel",
        "303 404 404 404 404 404 404",
        "POST",
        ids={"what": "rules", "pk": "1"},
    ),
    Door(
        "addressbook:setting_discard", "303 404 404 404 404 404 404", "POST", ids={"what": "rules", "pk": "1"}
    ),
    Door(
        "addressbook:setting_act",
        "303 404 404 404 404 404 404",
        "POST",
        ids={"what": "rules", "pk": "1", "act": "approve"},
    ),
    Door("addressbook:setting_add", "302 404 404 404 200 404 200", ids={"addition": "unit-rule"}),
    Door("addressbook:setting_add", "302 404 404 404 404 404 200", ids={"addition": "preset"}),
    Door("addressbook:setting_add", "303 404 404 404 422 404 422", "POST", ids={"addition": "unit-hiding"}),
    Door("addressbook:seen_as_choose", "302 404 404 404 200 404 200"),
    Door("addressbook:seen_as_choose", "303 404 404 404 422 404 422", "POST"),
    Door(
        "addressbook:seen_as",
        "302 404 404 404 303 404 303",  # the reason is asked for first
        ids={"person_pk": "person:li", "pk": "unit:QP-0301"},
    ),
    Door("addressbook:seen_as_search", "302 404 404 404 303 404 303", ids={"person_pk": "person:li"}),
    Door("addressbook:emergency", "302 404 404 404 404 404 404"),
    Door("addressbook:emergency_open", "303 404 404 404 404 404 404", "POST"),
    Door("addressbook:canaries", "302 404 404 404 404 404 200"),
    Door("addressbook:canary_end", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("addressbook:leaks", "302 404 404 404 404 404 200"),
    Door("addressbook:leak_handle", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
    Door("addressbook:emergency_end", "303 404 404 404 404 404 404", "POST", ids={"pk": "1"}),
)
