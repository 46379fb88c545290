"""`yiwang canary`: planting and listing."""

import json

import pytest
from click.testing import CliRunner

from tests.cast import Cast
from yiwang.platform.addressbook.actions import sight
from yiwang.platform.addressbook.models import Canary, Hiding
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


def test_patrol(cast: Cast) -> None:
    CliRunner().invoke(canary, ["plant", "--unit", "QP-0302", "--kind", "person"])
    said = CliRunner().invoke(canary, ["patrol"])
    assert (said.exit_code, said.output) == (0, "未发现泄露\n")
    Hiding.objects.update(state="ended")
    sight.follow_rules()
    said = CliRunner().invoke(canary, ["patrol"])
    assert said.exit_code == 1 and "巡检：查找（姓名）：朱家角镇普通用户看到第" in said.output
    assert {"canary", "place", "what"} == set(
        json.loads(CliRunner().invoke(canary, ["patrol", "--json"]).output)[0]
    )


def test_an_unknown_unit(cast: Cast) -> None:
    said = CliRunner().invoke(canary, ["plant", "--unit", "QP-99"])
    assert said.exit_code == 1 and not Canary.objects.exists()
