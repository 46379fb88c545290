"""`yiwang canary`: planting and listing."""

import json

import pytest
from click.testing import CliRunner

from tests.cast import Cast
from yiwang.platform.addressbook.models import Canary
from yiwang.site.commands.canaries import canary

pytestmark = pytest.mark.django_db


def test_plant_and_list(cast: Cast) -> None:
    said = CliRunner().invoke(canary, ["plant", "--unit", "QP-0302-01"])
    made = Canary.objects.get()
    assert (said.exit_code, said.output) == (0, f"已在党政办公室设置第{made.pk}号监测人员\n")
    listed = CliRunner().invoke(canary, ["list", "--json"])
    assert json.loads(listed.output)["canaries"] == [{"id": made.pk, "kind": "outside", "unit": "党政办公室"}]
    assert made.person.name not in listed.output
    assert "监测人员1名" in CliRunner().invoke(canary, ["list"]).output


def test_another_kind(cast: Cast) -> None:
    said = CliRunner().invoke(canary, ["plant", "--unit", "QP-0302", "--kind", "q2"])
    assert said.exit_code == 0 and Canary.objects.get().kind == "q2"
    assert "部门、街镇领导" in CliRunner().invoke(canary, ["list"]).output
    assert CliRunner().invoke(canary, ["plant", "--unit", "QP-0302-01", "--kind", "q2"]).exit_code == 1
    assert Canary.objects.count() == 1


def test_an_unknown_unit(cast: Cast) -> None:
    said = CliRunner().invoke(canary, ["plant", "--unit", "QP-99"])
    assert said.exit_code == 1 and not Canary.objects.exists()
