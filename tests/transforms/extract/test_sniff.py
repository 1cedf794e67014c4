"""What is a page, whatever its Content-Type says."""

import pytest

from transforms.extract.sniff import other_than_page

HTML = b"<!DOCTYPE html><html><body><p>News.</p></body></html>"
PDF, PNG, GZIP = b"%PDF-1.7\n%\xe2\xe3", b"\x89PNG\r\n\x1a\n\0\0", b"\x1f\x8b\x08\0\0"
JSON, RSS = b'{"title": "News"}', b'<?xml version="1.0"?>\n<!-- made -->\n<rss version="2.0"><channel/></rss>'


@pytest.mark.parametrize("media_type", ["text/html", "application/xhtml+xml", "", "*/*", "application/octet-stream"])
@pytest.mark.parametrize(
    "body",
    [
        HTML,
        b"\n\t <html lang=en>",
        b"\xef\xbb\xbf<!doctype HTML>",
        b"<!-- a --><p>x",
        b'<?xml version="1.0"?><!DOCTYPE html><html>',
        "\ufeff<html>".encode("utf-16-le"),
        b"<p>no more than that",
    ],
)
def test_html_is_a_page(media_type, body):
    assert other_than_page(media_type, body) is None


@pytest.mark.parametrize("body", [b"", b"Words first, <b>then</b> tags", b"{a page that begins so}", b"<custom-tag>x"])
def test_what_is_called_html_is_believed_where_it_is_nothing_else(body):
    assert other_than_page("text/html", body) is None


@pytest.mark.parametrize(
    ("media_type", "body", "reason"),
    [
        ("application/pdf", PDF, "media type application/pdf"),
        ("text/plain", HTML, "media type text/plain"),
        ("application/json", JSON, "media type application/json"),
        ("image/svg+xml", b"<svg/>", "media type image/svg+xml"),
        ("text/html", PDF, "PDF served as text/html"),
        ("text/html", PNG, "an image served as text/html"),
        ("text/html", b"RIFF\0\0\0\0WEBPVP8 ", "an image served as text/html"),
        ("text/html", b"\0\0\0\x1cftypmp42", "a film served as text/html"),
        ("text/html", GZIP, "an archive served as text/html"),
        ("text/html", JSON, "JSON served as text/html"),
        ("text/html", RSS, "a feed served as text/html"),
        ("", PDF, "PDF served without a media type"),
        ("", b"Only words.", "plain text served without a media type"),
        ("application/octet-stream", b"MZ\x90\0\3", "binary data served as application/octet-stream"),
        ("", b"<blockquote>no tag that a page begins with", "plain text served without a media type"),
    ],
)
def test_what_is_no_page_is_named(media_type, body, reason):
    assert reason == other_than_page(media_type, body)


def test_json_that_never_ends_is_no_error():
    assert other_than_page("text/html", b"[" * 100_000) is None
