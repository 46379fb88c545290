"""Nothing hidden and nothing unasked for ever leaves, whatever a share says: canaries (R2-14)."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import Cast
from yiwang.platform.addressbook.actions import proposals
from yiwang.platform.org.models import Person, Unit
from yiwang.platform.sharing.gateways import directory_protocol as protocol
from yiwang.platform.sharing.models import Share
from yiwang.platform.sharing.queries import scope

pytestmark = pytest.mark.django_db

PERSONS = st.sampled_from([Share.Persons.ALL, Share.Persons.LEADERS, Share.Persons.HEADS])
FIELDS = st.lists(st.sampled_from(Share.Field.values), unique=True)
_CANARIES = {"office_phone": "021-5900000", "room": "金丝雀室", "email": "canary@example.cn"}


@pytest.fixture
def hidden(cast: Cast) -> set[str]:
    """Who must not leave: of a hidden unit, unlisted, hidden by decision, gone, or a vendor."""
    Person.objects.filter(pk=cast.zhou.person.pk).update(is_listed=False)
    Person.objects.filter(pk=cast.zhao.person.pk).update(status=Person.Status.RETIRED)
    hiding = proposals.propose_hiding(
        cast.li.person, scope="except_own", fields=[], reason="工作需要", actor=cast.qian.principal()
    )
    proposals.approve(hiding, actor=cast.an.principal())
    fields = proposals.propose_hiding(
        cast.units["QP-0302"],
        scope="except_own",
        fields=["mobile", "room"],
        reason="工作需要",
        actor=cast.gu.principal(),
    )
    proposals.approve(fields, actor=cast.an.principal())
    Person.objects.filter(unit__code="QP-0302-01").update(**_CANARIES)
    return {"米思源", "周月娥", "赵明远", "李四", "陶外包"}


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    persons=st.sampled_from([Share.Persons.ALL, Share.Persons.LEADERS, Share.Persons.HEADS]), fields=FIELDS
)
def test_whatever_the_share_says(cast: Cast, hidden: set[str], persons: str, fields: list[str]) -> None:
    for unit in Unit.objects.filter(level=2):
        share = Share(unit=unit, unit_name=unit.short_name, persons=persons, fields=fields)
        people = list(scope.covered(share))
        entries = scope.entries_of(share, people)
        sent = json.dumps(list(entries.values()), ensure_ascii=False)
        assert not any(name in sent for name in hidden)
        for person in people:
            entry = entries[person.pk]
            assert set(entry) <= {"name", "unit", "department", *fields} <= set(protocol.FIELDS)
            assert person.id_number not in sent and str(person.birth_date) not in sent
            if "mobile" not in fields or unit.code == "QP-0302":
                assert person.mobile not in json.dumps(entry)
            if unit.code == "QP-0302":
                assert "金丝雀室" not in json.dumps(entry, ensure_ascii=False)
