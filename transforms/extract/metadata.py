"""What a page says of itself in JSON-LD, meta and link elements: address, headline, language, dates, rights."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import lxml.html
import msgspec

from transforms.extract import paywall, robots
from transforms.extract.dates import moment
from transforms.extract.linked import Node, first, is_article, linked_data, own_address, own_of
from transforms.records import Origins
from transforms.titles import fold, headline
from transforms.urls import absolute
from transforms.vocabulary import Access

_MAX_HEADINGS = 5
_PUBLISHED = (
    *("article:published_time", "datepublished", "og:article:published_time", "parsely-pub-date", "sailthru.date"),
    *("cxenseparse:recs:publishtime", "article:published", "publish-date", "dc.date.issued", "dcterms.created"),
)
_MODIFIED = ("article:modified_time", "datemodified", "og:updated_time", "article:modified", "dcterms.modified")
_SECTION = ("article:section", "articlesection", "parsely-section", "cxenseparse:recs:category", "section")
_IMAGE = ("og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src")
MAX_SECTION, _MAX_BYLINES = 100, 5_000  # code points
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_URI = "%/:=&?~#+!$,;'@()*[]"
_LATEST = "2100-12-31"
Named = tuple[str, str]  # where something is said, and what


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A page's own words of itself; what it does not say is empty or None.

    ``origins`` says where each of them stands.
    """

    canonical: str | None = None
    title: str = ""
    description: str = ""
    language: str | None = None
    published: str | None = None
    modified: str | None = None
    section: str = ""
    image: str = ""
    access: Access = "unknown"
    article: bool = False  # whether it declares one of its own
    robots: tuple[str, ...] = ()
    headlines: tuple[str, ...] = ()
    live: bool = False
    body: str = ""
    authors: tuple[str, ...] = ()  # of JSON-LD
    bylines: tuple[Named, ...] = ()
    origins: Origins = Origins()


def read_metadata(tree: lxml.html.HtmlElement, url: str) -> Said:
    """Reads it; anything malformed counts as not said.

    Args:
      tree: The page.
      url: Its address.
    """
    meta = _meta(tree)
    nodes = list(linked_data(tree))
    articles = [node for node in nodes if is_article(node)]
    own = own_of(articles, url)
    ranked = [*own, *articles]  # others may be of stories that the page points to
    access = paywall.declared(own or articles, nodes, meta)
    title, titled = _headline(tree, meta, articles, url)
    published, dated = _date((_linked(ranked, "datePublished"), *_of_meta(meta, _PUBLISHED)))
    modified, changed = _date((_linked(ranked, "dateModified"), *_of_meta(meta, _MODIFIED)))
    language, spoken = _language(tree, meta, articles)
    section, filed = _section(ranked, meta)
    image, shown = _image(tree, ranked, nodes, meta, url)
    return Said(
        canonical=_canonical(tree, meta, articles),
        title=title,
        description=meta.get("description") or meta.get("og:description", ""),
        language=language,
        published=published,
        modified=modified,
        section=section,
        image=image,
        access=access,
        article=bool(articles) or meta.get("og:type", "").lower() in ("article", "news"),
        robots=robots.directives(meta.get("robots")),
        headlines=tuple(
            html.unescape(one)
            for one in (
                meta.get("og:title"),
                meta.get("twitter:title"),
                *(n.get("headline") for n in articles),
                tree.findtext(".//title"),
            )
            if isinstance(one, str)
        ),
        body="" if access == "paywalled" else first(articles, "articleBody"),
        live=any("LiveBlogPosting" in str(n.get("@type")) for n in articles),
        authors=tuple(_names(ranked)),
        bylines=(
            ("json-ld author", "".join(str(node.get("author")) for node in articles)[:_MAX_BYLINES]),
            ("meta author", "".join(meta[one] for one in meta if "author" in one or "creator" in one)[:_MAX_BYLINES]),
        ),
        origins=Origins(
            title=titled,
            published=dated,
            modified=changed,
            language=spoken,
            section=filed,
            image=shown,
            access="" if access == "unknown" else "stated",
        ),
    )


def authors_origin(stated: Iterable[Named], authors: Iterable[str]) -> str:
    """Where a page names its authors: in JSON-LD, in meta elements, or else in a line of the page.

    Args:
      stated: `Said.bylines`.
      authors: Their names.
    """
    names = [fold(one) for one in authors]
    if not names:
        return ""
    return next((place for place, said in stated if names[0] in fold(said)), "page")


def _headline(tree: lxml.html.HtmlElement, meta: Mapping[str, str], articles: list[Node], url: str) -> Named:
    headings = [" ".join(heading.itertext()) for heading, _ in zip(tree.iter("h1"), range(_MAX_HEADINGS), strict=False)]
    publishers = [node.get("publisher") for node in articles]
    sites = [str(one.get("name") or "") for one in publishers if isinstance(one, dict)]
    linked, whole = html.unescape(first(articles, "headline")), tree.findtext(".//title") or ""
    shared, tweeted = meta.get("og:title", ""), meta.get("twitter:title", "")
    stated = (("meta og:title", shared), ("json-ld headline", linked), ("meta twitter:title", tweeted))
    printed = _printed(headings, linked, shared)
    title = headline(
        (printed, *(text for _, text in stated)),
        whole,
        headings,
        (meta.get("og:site_name", ""), meta.get("application-name", ""), *sites),
        url,
    )
    heads = [("h1", heading) for heading in headings]
    places = [*(heads if printed else ()), *stated, *heads, ("title element", whole)]
    return title, next((place for place, text in places if title and fold(title) in fold(text)), "")


def _printed(headings: Iterable[str], linked: str, shared: str) -> str:
    """The heading that JSON-LD calls the headline, where what is shared puts a topic or a section around it."""
    wanted = fold(linked)
    around = wanted and wanted in fold(shared)
    return next((heading for heading in headings if around and fold(heading) == wanted), "")


def _names(articles: list[Node]) -> Iterator[str]:
    """Names of the authors of the first article that has some: texts, or objects with a name."""
    stated: object = next((node["author"] for node in articles if node.get("author")), None)
    for author in stated if isinstance(stated, list) else [stated]:
        name = author.get("name") if isinstance(author, dict) else author
        if isinstance(name, str) and name.strip() and not name.lstrip().startswith("http"):
            yield html.unescape(name)


def _linked(nodes: list[Node], name: str) -> Named:
    return f"json-ld {name}", first(nodes, name)


def _of_meta(meta: Mapping[str, str], names: Iterable[str]) -> Iterator[Named]:
    return ((f"meta {name}", meta.get(name, "")) for name in names)


def _canonical(tree: lxml.html.HtmlElement, meta: Mapping[str, str], articles: list[Node]) -> str | None:
    """The address that a page gives itself: by its canonical link (RFC 6596), else ``og:url``, else its JSON-LD."""
    links = (link for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    linked = next((address for link in links if (address := (link.get("href") or "").strip())), None)
    return linked or meta.get("og:url") or next(filter(None, map(own_address, articles)), None)


def _meta(tree: lxml.html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = element.get("content")
        if name and content and content.strip():
            found.setdefault(name.strip().lower(), content.strip())
    return found


def _date(stated: Iterable[Named]) -> tuple[str | None, str]:
    """The first that is a date, and where it is said."""
    found = ((moment(text, _LATEST), place) for place, text in stated)
    return next((one for one in found if one[0]), (None, ""))


def _language(tree: lxml.html.HtmlElement, meta: Mapping[str, str], articles: list[Node]) -> tuple[str | None, str]:
    stated = [
        *(("html lang", text) for text in tree.xpath("/html/@lang")),
        *(("html lang", text) for text in tree.xpath("/html/@*[local-name()='lang']")),
        *(("meta content-language", text) for text in meta.get("content-language", "").split(",")),
        _linked(articles, "inLanguage"),
        ("meta og:locale", meta.get("og:locale", "")),
    ]
    tags = ((text.strip().replace("_", "-"), place) for place, text in stated)
    known = (one for one in tags if _LANGUAGE.fullmatch(one[0]) and one[0].lower() not in ("und", "mul", "zxx"))
    return next(known, (None, ""))


def _section(articles: list[Node], meta: Mapping[str, str]) -> Named:
    """The part of the site that the article is filed under, as a word for people; no address and no list."""
    listed = (value[0] for node in articles if isinstance(value := node.get("articleSection"), list) and value)
    stated = [_linked(articles, "articleSection"), *(("json-ld articleSection", str(one)) for one in listed)]
    for place, text in (*stated, *_of_meta(meta, _SECTION)):
        section = " ".join(html.unescape(text).split())
        if 0 < len(section) <= MAX_SECTION and "/" not in section:
            return section, place
    return "", ""


def _image(
    tree: lxml.html.HtmlElement, articles: list[Node], nodes: list[Node], meta: Mapping[str, str], url: str
) -> Named:
    """The address of the picture that stands for the article."""
    links = (link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "image_src")
    by_id = {node.get("@id"): node for node in nodes if isinstance(node.get("@id"), str)}
    linked = (_picture(node.get("image"), by_id) for node in articles)
    places = [*_of_meta(meta, _IMAGE), *(("json-ld image", one) for one in linked), *(("link", one) for one in links)]
    found = ((absolute(url, text), place) for place, text in places if text)
    # As a URI (RFC 3986): addresses in pages hold letters that are none in one.
    return next(((quote(one, safe=_URI, errors="replace"), place) for one, place in found if one), ("", ""))


def _picture(image: object, by_id: Mapping[Any, Node]) -> str:
    """schema.org's ``image``: an address, an object, its id, or a list of them."""
    if isinstance(image, list):
        image = image[0] if image else None
    if isinstance(image, dict):
        image = image.get("url") or by_id.get(image.get("@id"), {}).get("url")
    if isinstance(image, list):
        image = image[0] if image else None
    return image if isinstance(image, str) else ""
