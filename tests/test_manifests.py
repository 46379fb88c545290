"""What modules registered holds together: keys, addresses, rights, templates, icons."""

import pytest
from django.conf import settings
from django.template import engines
from django.urls import NoReverseMatch, get_resolver, reverse

from yiwang.kernel.extension.audit import audit_verbs
from yiwang.kernel.extension.imports import import_kinds
from yiwang.kernel.extension.jobs import job_types, schedules
from yiwang.kernel.extension.menu import menu
from yiwang.kernel.extension.permissions import Scope, permissions
from yiwang.kernel.extension.roles import rights_of, role_extras, roles
from yiwang.kernel.extension.search import search_sources
from yiwang.kernel.extension.widgets import widgets
from yiwang.kernel.extension.worklists import worklists
from yiwang.kernel.jobs import utc_cron
from yiwang.kernel.registry import registries
from yiwang.platform.accounts.models import SEPARATED_ROLES, RoleGrant
from yiwang.platform.accounts.vocabulary import SEPARATED

APPS = {name.rsplit(".", 1)[-1] for name in settings.INSTALLED_APPS if name.startswith("yiwang.")}


@pytest.mark.parametrize("registry", registries(), ids=lambda registry: registry.name)
def test_every_key_begins_with_its_app(registry) -> None:  # type: ignore[no-untyped-def]  # any registry
    strangers = [item.key for item in registry if item.key.replace("_", ".").split(".")[0] not in APPS]
    assert not strangers


def test_every_menu_entry_leads_somewhere() -> None:
    assert {entry.key: reverse(entry.url_name) for entry in menu}
    assert {entry.permission for entry in menu if entry.permission} <= {one.key for one in permissions}
    assert [entry.key for entry in menu if not (settings.ICON_FOLDER / f"{entry.icon}.svg").exists()] == []


def test_menu_orders_are_distinct() -> None:
    orders = [entry.order for entry in menu]
    assert len(set(orders)) == len(orders)


def test_widgets_have_templates() -> None:
    for widget in widgets:
        engines.all()[0].get_template(widget.template)
        assert widget.column in ("main", "side")
        assert not widget.permission or widget.permission in permissions


def test_imports_belong_to_a_page_and_a_right() -> None:
    for kind in import_kinds:
        assert reverse(kind.back[1])
        assert set(kind.permissions) <= {one.key for one in permissions}
        labels = [column.label for column in kind.columns]
        assert len(set(labels)) == len(labels)


def test_work_lists_lead_somewhere() -> None:
    for work in worklists:
        assert reverse(work.url_name)
        assert {work.permission, *work.any_of} - {""} <= {one.key for one in permissions}
        assert (settings.ICON_FOLDER / f"{work.icon}.svg").exists()


def test_schedules_can_be_planned() -> None:
    for schedule in schedules:
        utc_cron(schedule.cron)
        assert callable(schedule.run) and schedule.label


def test_things_shown_to_people_are_chinese() -> None:
    labels = [
        *(one.sentence for one in audit_verbs),
        *(
            one.label
            for kind in (permissions, roles, schedules, job_types, search_sources, widgets)
            for one in kind
        ),
    ]
    assert [text for text in labels if not any("\u4e00" <= sign <= "\u9fff" for sign in text)] == []


@pytest.mark.django_db
def test_granted_roles_exist(cast: object) -> None:
    assert set(RoleGrant.objects.values_list("role", flat=True)) <= {one.key for one in roles}


def test_roles_bring_rights_that_exist_and_reach_as_far() -> None:
    known = {one.key: one for one in permissions}
    reach = list(Scope)
    for role in roles:
        for right in rights_of(role.key):
            assert known[right.key] is right
            assert reach.index(right.widest) >= reach.index(role.widest), (role.key, right.key)
    assert {extra.role for extra in role_extras} <= {role.key for role in roles}


def test_the_database_separates_what_the_registry_separates() -> None:
    """The constraint of RoleGrant names its roles; it must not fall behind the registry."""
    assert {role.key for role in roles if role.exclusive == SEPARATED} == set(SEPARATED_ROLES)
    assert {role.exclusive for role in roles} == {"", SEPARATED}


def test_every_named_address_can_be_built() -> None:
    """Names are unique in their namespace: a second view of the same name would shadow the first."""
    resolver = get_resolver()
    with pytest.raises(NoReverseMatch):
        reverse("accounts:no_such_page")
    assert set(resolver.namespace_dict) >= {"portal", "accounts", "addressbook", "console", "api"}
