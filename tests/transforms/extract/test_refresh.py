"""Pages that only lead on to another."""

import pytest

from transforms.extract.refresh import MOST, leads_to

URL = "https://short.example/x7"


def page(content, around="{}"):
    meta = f'<meta http-equiv="refresh" content="{content}">'
    return f"<html><head>{around.format(meta)}</head><body></body></html>".encode()


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=https://wire.example/ban", "https://wire.example/ban"),
        ("0;URL='https://wire.example/ban?a=1&amp;b=2'", "https://wire.example/ban?a=1&b=2"),
        ("5; url=/2026/ban", "https://short.example/2026/ban"),
        ("0, https://wire.example/ban", "https://wire.example/ban"),
        ("0.5; url=//wire.example/ban", "https://wire.example/ban"),
        ("300; url=https://wire.example/ban", None),
        ("30", None),
        ("0; url=/x7?verify=1", None),
        ("0; url=https://short.example/x7/", None),
        ("0; url=javascript:alert(1)", None),
        ("0; url=http://[", None),
        ("", None),
    ],
)
def test_a_page_leads_where_its_refresh_says(content, target):
    assert target == leads_to(page(content), URL)


def test_unquoted_attributes_in_any_order_count():
    assert "https://wire.example/" == leads_to(b"<META content=0;url=https://wire.example/ HTTP-EQUIV=Refresh>", URL)


def test_readers_without_scripts_are_followed_to_other_hosts_only():
    noscript = "<noscript>{}</noscript>"
    assert "https://wire.example/ban" == leads_to(page("0; url=https://wire.example/ban", noscript), URL)
    assert leads_to(page("0; url=/no-scripts", noscript), URL) is None
    assert "https://short.example/ban" == leads_to(page("0; url=/ban", "<noscript>x</noscript>{}"), URL)


def test_a_page_with_something_to_read_leads_nowhere():
    assert leads_to(page("0; url=/ban") + b"x" * MOST, URL) is None
