"""The template environment, the frame, and every part of the style guide under StrictUndefined."""

import re

import pytest
from django import forms
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch
from jinja2 import UndefinedError
from pytest_django import Settings

from yiwang.kernel import shell, styleguide, templating
from yiwang.kernel.extension.menu import MenuEntry


def render(source: str, **context: object) -> str:
    return templating.engine().from_string(source).render(**context)


class TestEnvironment:
    def test_missing_variables_are_errors(self) -> None:
        with pytest.raises(UndefinedError):
            render("{{ misspelt }}")

    def test_text_is_escaped(self) -> None:
        assert render("{{ name }}", name="<script>") == "&lt;script&gt;"

    def test_icon_is_inline_and_silent(self) -> None:
        drawing = render("{{ icon('home') }}")
        assert drawing.startswith('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"')
        assert "<path" in drawing
        assert "\n" not in drawing

    @pytest.mark.parametrize("name", ["no-such-icon", "../outline/home", "Home", "", "home.svg"])
    def test_an_unknown_icon_is_an_error(self, name: str) -> None:
        with pytest.raises(templating.UnknownIconError):
            templating.icon(name)

    def test_icon_class_is_escaped(self) -> None:
        assert 'class="icon &#34;&gt;"' in templating.icon("home", '">')

    def test_compiled_templates_are_kept_privately(self) -> None:
        cache = templating.engine().bytecode_cache
        assert cache is not None

    def test_csrf_input_is_made_once_a_page(self) -> None:
        request = RequestFactory().get("/")
        backend = engines["jinja2"].from_string("{{ csrf_input }}{{ csrf_input }}{{ csrf_token }}")
        text = backend.render({}, request)
        assert len(set(re.findall(r'value="([^"]+)"', text))) == 1
        assert request.META["CSRF_COOKIE_NEEDS_UPDATE"]

    def test_a_page_without_forms_sets_no_cookie(self) -> None:
        request = RequestFactory().get("/")
        engines["jinja2"].from_string("x").render({}, request)
        assert "CSRF_COOKIE" not in request.META


class TestUrl:
    def test_plain_and_with_arguments(self, browser: Client) -> None:
        assert templating.url("kernel:font_size") == "/font-size/"
        assert templating.url("kernel:styleguide_part", "marks") == "/styleguide/marks/"
        assert templating.url("kernel:styleguide_part", part="marks", query={"q": "王", "x": None}).endswith(
            "/styleguide/marks/?q=%E7%8E%8B"
        )

    def test_with_a_number(self, browser: Client) -> None:
        for number in (0, 7, 2**62):
            assert templating.url("tests:more_rows", number) == f"/rows/{number}/more/"
        assert templating.url("tests:more_rows", 7, query={"after": "1.2"}) == "/rows/7/more/?after=1.2"
        for wrong in (-1, True, "x"):
            with pytest.raises(NoReverseMatch):
                templating.url("tests:more_rows", wrong)

    def test_what_is_not_installed(self, browser: Client) -> None:
        assert templating.url_or_empty("nowhere:list") == ""


class TestStyleGuide:
    @pytest.mark.parametrize("part", [*styleguide.PARTS, "plain", "children", "options"])
    def test_every_part_renders(self, browser: Client, part: str) -> None:
        answer = browser.get(f"/styleguide/{part}/")
        assert answer.status_code == 200
        assert "None" not in re.sub(r"<[^>]+>", "", answer.content.decode())

    def test_the_frame_is_complete(self, browser: Client) -> None:
        text = browser.get("/styleguide/marks/").content.decode()
        for expected in (
            "跳到主要内容",
            "本平台为非涉密平台",
            "切换身份",
            "样式指南",
            'lang="zh-CN"',
            "6218",
        ):
            assert expected in text

    def test_ids_are_unique(self, browser: Client) -> None:
        for part in styleguide.PARTS:
            ids = re.findall(r'\sid="([^"]+)"', browser.get(f"/styleguide/{part}/").content.decode())
            assert len(ids) == len(set(ids)), part


class TestFontSize:
    def test_it_is_kept_in_the_browser(self, browser: Client) -> None:
        answer = browser.post("/font-size/", {"size": "large", "next": "/styleguide/marks/"})
        assert (answer.status_code, answer["Location"]) == (303, "/styleguide/marks/")
        assert 'class="font-large"' in browser.get("/styleguide/marks/").content.decode()

    @pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
    def test_it_leads_nowhere_else(self, browser: Client, back: str) -> None:
        assert browser.post("/font-size/", {"size": "large", "next": back})["Location"] == "/"

    def test_an_unknown_size_changes_nothing(self, browser: Client) -> None:
        assert shell.FONT_COOKIE not in browser.post("/font-size/", {"size": "enormous"}).cookies

    def test_an_unknown_cookie_means_the_standard(self, browser: Client) -> None:
        browser.cookies[shell.FONT_COOKIE] = 'x" onload="'
        assert 'class="font-standard"' in browser.get("/styleguide/marks/").content.decode()


class Visitor:
    """A user with some rights."""

    def __init__(self, *rights: str, is_temporary: bool = False) -> None:
        self.rights = rights
        self.is_temporary = is_temporary

    def allows(self, permission: str, *, at: str | None = None) -> bool:
        return permission in self.rights


class TestMenu:
    @pytest.fixture(autouse=True)
    def _entries(self, monkeypatch: pytest.MonkeyPatch) -> None:
        entries = (
            (MenuEntry("a", "首页", "a", "home", 0, staff_only=False), "/"),
            (MenuEntry("b", "通讯录", "b", "address-book", 1, "协同", tab=True), "/addressbook/"),
            (
                MenuEntry("c", "机构管理", "c", "sitemap", 2, "管理", "org.manage_tree"),
                "/addressbook/manage/",
            ),
        )
        monkeypatch.setattr(shell, "_doors", lambda root: entries)

    def labels(self, user: object, path: str = "/") -> list[str]:
        return [door.label for _, doors in shell.menu_for(user, path).groups for door in doors]

    def test_only_what_the_user_may_open(self) -> None:
        assert self.labels(Visitor()) == ["首页", "通讯录"]
        assert self.labels(Visitor("org.manage_tree")) == ["首页", "通讯录", "机构管理"]
        assert self.labels(Visitor("org.manage_tree", is_temporary=True)) == ["首页"]
        assert self.labels(None) == []

    def test_the_longest_address_is_current(self) -> None:
        user = Visitor("org.manage_tree")

        def current(path: str) -> list[str]:
            groups = shell.menu_for(user, path).groups
            return [door.label for _, doors in groups for door in doors if door.is_current]

        assert current("/") == ["首页"]
        assert current("/addressbook/12/") == ["通讯录"]
        assert current("/addressbook/manage/3/") == ["机构管理"]
        assert current("/elsewhere/") == []

    def test_groups_and_tabs(self) -> None:
        menu = shell.menu_for(Visitor(), "/")
        assert [heading for heading, _ in menu.groups] == ["", "协同"]
        assert [door.label for door in menu.tabs] == ["通讯录"]


class Sample(forms.Form):
    name = forms.CharField(label="姓名", help_text="与证件一致", max_length=3)
    kind = forms.ChoiceField(label="类型", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    note = forms.CharField(label="说明", widget=forms.Textarea, required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


class TestForms:
    def test_fields_are_dressed_and_described(self) -> None:
        text = str(Sample({"name": "阿卜杜拉"}))
        assert 'class="form-control is-invalid"' in text
        assert 'aria-invalid="true"' in text
        assert 'id="id_name_error"' in text
        assert 'id="id_name_helptext"' in text
        assert "不能超过3个字（当前4个字）" in text
        assert text.count('type="hidden"') == 1

    def test_ids_of_hints_and_errors_exist(self) -> None:
        text = str(Sample({}))
        named = {one for found in re.findall(r'aria-describedby="([^"]+)"', text) for one in found.split()}
        assert named
        assert named <= set(re.findall(r'\sid="([^"]+)"', text))

    def test_the_renderer_is_ours(self, settings: Settings) -> None:
        assert settings.FORM_RENDERER == "yiwang.kernel.templating.FormRenderer"
        assert isinstance(Sample().renderer, templating.FormRenderer)
