"""Text can be read: every pair of text and background that the styles use keeps WCAG AA (4.5 : 1)."""

import re
from pathlib import Path

import pytest
from django.apps import apps

STYLES = Path(apps.get_app_config("kernel").path) / "static"

# (text, background) as tokens of yiwang.css
PAIRS = [
    *[("text", ground) for ground in ("white", "page", "blue-50", "blue-100", "grey-50", "grey-100")],
    *[("grey-600", ground) for ground in ("white", "page", "blue-50", "grey-50", "grey-100")],
    *[("grey-700", ground) for ground in ("white", "page", "blue-50", "grey-50", "grey-100", "blue-100")],
    *[("blue-600", ground) for ground in ("white", "page", "blue-50", "blue-100", "grey-50", "grey-100")],
    *[("blue-700", ground) for ground in ("white", "blue-50", "blue-100", "blue-200", "grey-100")],
    *[
        ("white", ground)
        for ground in ("blue-600", "blue-700", "blue-800", "blue-900", "red-text", "red-light")
    ],
    *[("red-text", ground) for ground in ("white", "page", "red-bg", "blue-50")],
    *[("yellow-text", ground) for ground in ("white", "page", "yellow-bg", "blue-50")],
    *[("green-text", ground) for ground in ("white", "page", "green-bg", "blue-50")],
]


def tokens() -> dict[str, str]:
    """All tokens with their colours; a token may name another."""
    text = (STYLES / "yiwang.css").read_text()
    raw = dict(re.findall(r"--([a-z0-9-]+):\s*([^;]+);", text))
    colours = {}
    for name, given in raw.items():
        value = given
        while found := re.fullmatch(r"var\(--([a-z0-9-]+)\)", value):
            value = raw[found[1]]
        if re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", value):
            colours[name] = value
    return colours


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_itself() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_pair(text: str, ground: str) -> None:
    colours = tokens()
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_faces_carry_white_letters() -> None:
    faces = re.findall(
        r"\.face-\d \{ background: (#[0-9a-f]{6}); \}", (STYLES / "yiwang/components.css").read_text()
    )
    assert len(faces) == 6
    for face in faces:
        assert contrast("#fff", face) >= 4.5


def test_the_top_bar_is_dark_enough_for_its_soft_text() -> None:
    for ground in ("blue-900", "blue-700"):
        assert contrast("#d3e1f4", tokens()[ground]) >= 4.5
