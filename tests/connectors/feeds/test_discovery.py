"""Where feeds may be: links of a page, usual places, sitemaps of robots.txt."""

import time

import pytest
from feed_site import alternate, page
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.discovery import MAX_LINKS, form, page_links, sitemaps, usual_places

URL = "https://news.example.org/tech/index.html"


def links(head="", body="", url=URL):
    return page_links(page(head, body).encode(), url, "utf-8")


def test_the_alternates_of_a_page_are_its_feeds():
    assert (
        "https://news.example.org/rss",
        "https://news.example.org/tech/atom.xml",
        "https://f.example/json",
    ) == links(
        alternate("/rss")
        + alternate("atom.xml", "Application/Atom+XML; charset=utf-8")
        + alternate("https://f.example/json", "application/feed+json")
    )


def test_a_base_holds_for_relative_addresses():
    assert ("https://cdn.example/rss",) == links('<base href="https://cdn.example/x/">' + alternate("../rss"))


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="stylesheet" type="application/rss+xml" href="/rss">',
        alternate("/wp-json/wp/v2/pages/7", "application/json", "JSON"),
        alternate("/oembed?format=xml", "text/xml+oembed"),
        alternate("/de/", "text/html"),
        alternate("", "application/rss+xml"),
        alternate("javascript:x", "application/rss+xml"),
        alternate("feed.xml", "application/rss+xml").replace("<link", "<meta"),
    ],
)
def test_what_is_no_feed_is_not_taken(link):
    assert () == links(link)


def test_a_vague_type_counts_where_the_address_or_the_title_says_feed():
    assert ("https://news.example.org/feed.json",) == links(alternate("/feed.json", "application/json"))
    assert ("https://news.example.org/all",) == links(alternate("/all", "text/xml", "RSS feed"))


def test_feeds_of_comments_come_last():
    assert ("https://news.example.org/rss", "https://news.example.org/comments/feed/") == links(
        alternate("/comments/feed/") + alternate("/rss")
    )


def test_without_alternates_links_that_look_like_feeds_of_the_site_are_taken():
    body = (
        '<a href="/about">x</a><a href="/feeds/all.xml">x</a><a href="https://other.example/rss">x</a>'
        '<a href="https://rss.example.org/">x</a><a href="/feedback">x</a>'
    )
    assert ("https://news.example.org/feeds/all.xml", "https://rss.example.org/") == links(body=body)
    assert ("https://news.example.org/rss",) == links(alternate("/rss"), body)


def test_links_are_few_and_each_once():
    assert MAX_LINKS == len(links("".join(alternate(f"/rss/{number}") for number in range(50))))
    assert 1 == len(links(alternate("/rss") + alternate("https://NEWS.example.org/rss#x")))


@pytest.mark.parametrize("body", [b"", b"\0", b"<html", b"<link rel=alternate", b"<" * 100_000, b"<div>" * 100_000])
def test_whatever_the_page_is_there_is_an_answer(body):
    began = time.process_time()
    assert () == page_links(body, URL, None)
    assert time.process_time() - began < 20


@given(st.binary(max_size=300), st.sampled_from(["<link ", "<a ", "<base "]))
def test_whatever_stands_in_a_tag_there_is_an_answer(data, tag):
    assert isinstance(page_links(tag.encode() + data, URL, None), tuple)


def test_usual_places_are_below_the_page_s_folder_and_at_the_root():
    places = usual_places(URL)
    assert ("https://news.example.org/tech/feed/", 12) == (places[0], len(places))
    assert "https://news.example.org/rss.xml" in places
    assert 8 == len(usual_places("https://news.example.org"))


def test_sitemaps_of_robots_txt_are_those_of_the_site_news_first():
    robots = (
        b"User-agent: *\nDisallow: /\nSitemap: https://news.example.org/all.xml\n"
        b"  sitemap:https://www.example.org/news-sitemap.xml # x\r\nSitemap: https://other.example/news.xml\n"
        b"#Sitemap: https://news.example.org/old.xml\nSitemap: /relative.xml\nSitemap: https://news.example.org/4.xml\n"
    )
    assert (
        "https://news.example.org/all.xml",
        "https://news.example.org/relative.xml",
        "https://www.example.org/news-sitemap.xml",
    ) == tuple(sorted(sitemaps(robots, "https://news.example.org/robots.txt")))
    assert "https://www.example.org/news-sitemap.xml" == sitemaps(robots, "https://news.example.org/robots.txt")[0]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'<?xml version="1.0"?><rss version="2.0">', "RSS"),
        (b'<rdf:RDF xmlns="http://purl.org/rss/1.0/">', "RDF"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">', "Atom"),
        (b'\xef\xbb\xbf {"version": "https://jsonfeed.org/version/1.1"}', "JSON Feed"),
        (b"<urlset>", "sitemap"),
        ("<rss>".encode("utf-16"), "RSS"),
        (b"?", "feed"),
    ],
)
def test_the_form_of_a_feed_is_told(body, expected):
    assert expected == form(body)
