"""Links that are led elsewhere: which are, and what remains of those that lead nowhere."""

import pytest

from course.editions.links import with_links


@pytest.mark.parametrize(
    ("text", "led"),
    [
        ("[a](a.md) and [b](b.md)", "[a](new/a.md) and [b](new/b.md)"),
        ("[a](a.md#here)", "[a](new/a.md#here)"),
        ("[two\nlines](a.md)", "[two\nlines](new/a.md)"),
        ("[a](gone.md#here), b", "a, b"),
        ("![a picture](a.md)", "![a picture](a.md)"),
        ("[a](#here)", "[a](#here)"),
        ("[a](HTTPS://a.md) [b](mailto:b@c)", "[a](HTTPS://a.md) [b](mailto:b@c)"),
        ("[not a link] (a.md)", "[not a link] (a.md)"),
    ],
)
def test_relative_links_are_led_and_all_else_stays(text, led):
    assert with_links(text, lambda file: "" if file == "gone.md" else f"new/{file}") == led
