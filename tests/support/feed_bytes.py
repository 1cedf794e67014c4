"""Small feeds as bytes, and what is read of them."""

from connectors.feeds.parse import parse

URL = "https://wire.example/feeds/all.xml"


def rss(item, version="2.0", encoding="utf-8"):
    text = f"""<?xml version="1.0" encoding="{encoding}"?><rss version="{version}"><channel><title>Wire</title>
    <language>en-GB</language><link>https://wire.example/</link>{item}</channel></rss>"""
    return text.encode(encoding)


def atom(entry, feed=""):
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Desk</title>{feed}<entry>{entry}</entry></feed>'.encode()


def one(body, content_type="application/rss+xml"):
    """The only entry of a feed."""
    (entry,) = parse(body, URL, content_type).entries
    return entry
