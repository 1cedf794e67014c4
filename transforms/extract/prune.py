"""What of a page is no part of its article, by its structure: taken off before the text is read.

Each rule has a cause that holds on any site: what a link, a picture, a list or an element of its kind is for. None
looks at a site, and none at a name but where names are what the page says of a thing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, takewhile
from urllib.parse import urlsplit

import lxml.etree

from transforms.extract.holder import strange_tail
from transforms.extract.prose import BLOCKS, Element, Prose, set_apart, size, wrappers
from transforms.titles import fold
from transforms.urls import absolute, registered_domain

_OFF = "taken-off"
# Parts of names by which trafilatura drops an element, and which sites give to wrappers of their articles as well.
_MISLEADING = ("hid", "bar", "share", "premium", "expand", "overlay", "slide", "embed")
_MISLEADING_INSIDE = ("teaser",) + _MISLEADING
_PICTURES = ("img", "picture", "figure", "video", "iframe", "amp-img")
_MOST = 0.6
_LINKED = 0.6  # share of a list's letters in links from which on it leads elsewhere
_PART = 0.2  # of the text's prose, that makes what follows it a part of the text
_LONG_LINK = 1_000  # code points; a link around more was never closed
_MOST_CAPTION = 400  # code points
_TEASER = 25  # bytes of UTF-8, folded, of a link that is a headline and not a name
_LED = 0.75  # share of a block's letters in its link, from which on it is a pointer
_BARE = 60  # bytes of UTF-8 outside any element, from which on they are prose
_FEW = 4  # elements directly within such a block
_BOXES = ("div", "section", "aside")
_CARDS = (*_BOXES, "article", "h2", "h3", "h4", "h5", "p", "span")
_LABEL = 4  # bytes of UTF-8, folded, of words before a link that say what it is
_OVERLINE = 40  # letters before the headline of a card, such as its section
_CARD_LEVELS = 6  # elements around a link that may be its card
_LONG_HEADING = 60  # bytes of UTF-8, folded, of a heading that is a sentence
_STANDFIRST, _MOST_STANDFIRST = 20, 3_000  # bytes of UTF-8, folded
_SAME = 60  # letters at the beginning that a standfirst and the description share; descriptions are cut short


def prune(tree: Element, headlines: Iterable[str], description: str, url: str, live: bool) -> int:
    """Takes off a page what is none of its article; the tree is changed.

    Args:
      tree: The page.
      headlines: The article's headline in all forms that the page gives.
      description: What the page says that it is about; an element with it is its standfirst.
      url: The page's address.
      live: It is a live blog, whose posts are articles within the article.

    Returns:
      Bytes of UTF-8 of the prose that stands where the article's paragraphs are; 0 where no such place was found.
    """
    _flatten_ruby(tree)
    _unsection(tree)
    prose = Prose(tree)
    if prose.home is not None and prose.holder is not None:
        _rename(prose, prose.holder)
    titled = _drop_headline(tree, {fold(one) for one in headlines})
    _drop_link_cards(tree)
    _drop_link_lists(tree)
    held = 0
    if prose.holder is not None:
        held = _prune_around(tree, prose.holder, prose, description, url, live)
    elif not live:
        _drop_articles_beside(tree, titled, prose)
    lxml.etree.strip_elements(tree, _OFF, with_tail=False)
    return held


def _prune_around(tree: Element, holder: Element, prose: Prose, description: str, url: str, live: bool) -> int:
    held = prose.held
    if prose.scope is not None:
        _drop_around(prose.scope)
        _drop_behind(holder, prose, held)
    for strange in strange_tail(holder, prose.kin):
        _take_off(strange)
    _drop_standfirst(tree, description, prose)
    site = registered_domain(url)
    _drop_teasers(tree, site, prose)
    _drop_cards(holder, site, prose)
    _drop_labelled(holder, site)
    _drop_last_links(holder, site, prose)
    _drop_captions(tree, holder, prose)
    short = (one for one in holder.iter("p") if one.getparent() in prose.boxes)
    _smooth({*prose.kin, *short})
    if not live:
        _drop_other_articles(holder)
    return held


def _take_off(element: Element) -> None:
    """Marks an element as none of the article, and empties it; what follows it stays.

    They go together at the end: one by one, each would copy the text before it, which is quadratic in a page of many.
    """
    element.clear(keep_tail=True)
    element.tag = _OFF


def _flatten_ruby(tree: Element) -> None:
    """Readings stand behind their words, as readers without ruby show them; else each would be a line of its own."""
    lxml.etree.strip_tags(tree, "rp", "rt", "rb", "ruby")


def _unsection(tree: Element) -> None:
    """A section whose words stand in no paragraph reads as a division: trafilatura looks for bare words in those."""
    for section in list(tree.iter("section")):
        bare = (section.text, *(one.tail for one in section))
        if any(size((words or "").strip()) >= _BARE for words in bare):
            section.tag = "div"


def _rename(prose: Prose, holder: Element) -> None:
    """Takes names off what holds the text: a wrapper called ``hidden`` or ``sidebar`` is the article all the same.

    An infinite scroll is the page's own story where the headline stands in it, and else the next ones. Where the text
    stands in pieces, what holds them all is named as trafilatura looks for it, and no piece is.
    """
    for element in wrappers(holder):
        _unname(element, next(element.iter("h1"), None) is not None)
    pieces = {around for paragraph in prose.kin for around in (paragraph, *_between(paragraph, holder))}
    for piece in pieces:
        if prose.held >= _MOST * prose.mass.total():
            _unname(piece, False, _MISLEADING_INSIDE)
        if prose.scattered:
            _unname(piece, False, ("",))
    if prose.scattered:
        holder.set("class", "article-body")


def _between(paragraph: Element, holder: Element) -> Iterator[Element]:
    return takewhile(lambda around: around is not holder, paragraph.iterancestors())


def _unname(element: Element, titled: bool, words: tuple[str, ...] = _MISLEADING) -> None:
    for name in ("id", "class", "style", "itemprop"):
        value = (element.get(name) or "").lower()
        if any(word in value for word in words) or (titled and "infinite" in value):
            element.attrib.pop(name, None)


def _smooth(paragraphs: Iterable[Element]) -> None:
    """Takes links and empty elements off paragraphs that are known to be the text, but leaves their words.

    A sentence of links is no list of links there; and what follows an icon would go with it.
    """
    for paragraph in paragraphs:
        for popup in list(paragraph.iter("span", "div")):
            if next(popup.iter("img"), None) is not None and _is_pointer(popup):
                _take_off(popup)
        for inner in list(paragraph.iter("span", "i")):
            if len(inner) == 0 and not (inner.text or "").strip():
                inner.tag = "a"
        lxml.etree.strip_tags(paragraph, "a")


def _is_pointer(box: Element) -> bool:
    links = sum(len(link.text_content()) for link in box.iter("a"))
    return links > 0 and links >= _LED * len(box.text_content().strip())


def _drop_headline(tree: Element, headlines: set[str]) -> list[Element]:
    """The headline has a field of its own; what repeats it is no sentence of the text. Gives what was emptied."""
    emptied = []
    single = sum(1 for _, _ in zip(tree.iter("h1"), range(2), strict=False)) == 1
    for heading in list(tree.iter("h1", "h2", "h3")):
        words = fold(heading.text_content())
        if words and (words in headlines or (single and heading.tag == "h1" and len(words) <= 300)):
            del heading[:]  # the element stays: trafilatura tells the right container by it
            heading.text = None
            if any(one.startswith(words) for one in headlines):
                emptied.append(heading)
    return emptied


def _drop_around(scope: Element) -> None:
    """What stands outside the article element that holds the text is the page's, not the article's."""
    for element in list(wrappers(scope)):
        for other in [*element.itersiblings(), *element.itersiblings(preceding=True)]:
            if isinstance(other.tag, str) and other.tag not in ("head", "script"):
                _take_off(other)


def _drop_behind(holder: Element, prose: Prose, held: int) -> None:
    """What follows the text within its article, and holds hardly any prose, is the page's: boxes, forms, notices."""
    least = _PART * held
    for around in wrappers(holder):
        if around is prose.scope:
            break
        for other in reversed(list(around.itersiblings())):
            own = sum(prose.mass.get(one, 0) for one in other.iter()) if isinstance(other.tag, str) else 0
            if own >= least or (other.tag == "p" and prose.is_paragraph(other)):
                return
            if isinstance(other.tag, str):
                _take_off(other)


def _drop_standfirst(tree: Element, description: str, prose: Prose) -> None:
    """The description stands in its own field, so a standfirst, set apart from the text, would say it twice."""
    words, first = fold(description), prose.first()
    if first is None:
        return
    around = set(first.iterancestors())
    for element in list(tree.iter("p", "div", "span", "h2", "h3", "h4", "strong", first.tag)):
        if element is first:
            break
        if element not in around and not prose.is_paragraph(element) and _is_standfirst(element, words, prose):
            _take_off(element)


def _is_standfirst(element: Element, description: str, prose: Prose) -> bool:
    if len(element) > _FEW * _FEW:
        return False
    words = fold(element.text_content())
    length = size(words)
    if not _STANDFIRST <= length <= _MOST_STANDFIRST:
        return False
    if set_apart(element) or (element.tag in ("h2", "h3", "h4") and length >= _LONG_HEADING):
        return True
    if len(description) < _STANDFIRST or prose.belongs(element):
        return False
    return words == description or (len(words) >= _SAME // 2 and words[:_SAME] == description[:_SAME])


def _drop_link_cards(tree: Element) -> None:
    """A link around blocks is a card that leads to another page."""
    for link in list(tree.iter("a")):
        if any(child.tag in BLOCKS for child in link.iterdescendants()) and len(link.text_content()) < _LONG_LINK:
            _take_off(link)


def _drop_link_lists(tree: Element) -> None:
    """A list whose items are mostly links leads elsewhere."""
    for listing in list(tree.iter("ul", "ol")):
        if listing.getparent() is None:
            continue
        letters = len(fold(listing.text_content()))
        links = [fold(link.text_content()) for link in listing.iter("a")]
        if letters and sum(map(len, links)) >= _LINKED * letters and not listing.xpath("ancestor::li"):
            _take_off(listing)


def _drop_teasers(tree: Element, site: str, prose: Prose) -> None:
    """A paragraph that is one link to another page of the site is a pointer to another story."""
    for block in list(tree.iter("p", "h2", "h3", "h4", "div", "a")):
        if block.tag == "a":
            link = block if _alone(block, prose) else None
        else:
            links = list(islice(block.iter("a"), 2)) if len(block) <= _FEW else []
            link = links[0] if len(links) == 1 else None
        if link is not None and _is_teaser(link, block, site):
            _take_off(block)


def _drop_cards(holder: Element, site: str, prose: Prose) -> None:
    """A box between the pieces of a text that begins with a link to another page of the site is a card for it."""
    stop = {around for paragraph in prose.kin for around in (paragraph, *_between(paragraph, holder))}
    stop |= {holder, *holder.iterancestors()}
    wholes: dict[Element, str] = {}  # each is folded once, however many links it holds
    for link in list(holder.iter("a")):
        if link.getparent() is None or not _is_teaser(link, link, site):
            continue
        words, card = fold(link.text_content()), link
        for around in islice(link.iterancestors(), _CARD_LEVELS):
            if around in stop or around.tag not in _CARDS:
                break
            if around not in wholes:
                wholes[around] = fold(around.text_content())
            whole = wholes[around]
            if len(whole) > _MOST_CAPTION or not 0 <= whole.find(words) <= _OVERLINE:
                break
            card = around
        if card.tag in _BOXES:
            _take_off(card)


def _drop_labelled(holder: Element, site: str) -> None:
    """Paragraphs that put the same words before a link to another page of the site, each time, point to stories."""
    labelled: defaultdict[str, list[Element]] = defaultdict(list)
    for block in holder.iter("p", "h2", "h3", "h4"):
        links = list(islice(block.iter("a"), 2))
        if len(links) != 1 or not _is_teaser(links[0], links[0], site):
            continue
        words, whole = fold(links[0].text_content()), fold(block.text_content())
        label = whole.removesuffix(words)
        if len(label) < len(whole) and _LABEL <= size(label) <= _OVERLINE:
            labelled[label].append(block)
    for blocks in labelled.values():
        for block in blocks if len(blocks) > 1 else ():
            _take_off(block)


def _drop_last_links(holder: Element, site: str, prose: Prose) -> None:
    """Behind the last paragraph of the story, headlines that are all link to pages of the site are of other stories."""
    tail: list[Element] = []
    for element in holder.iter("p", "li", "h2", "h3", "h4"):
        if element in prose.kin:
            tail = []
        elif _is_pointer(element) and all(_is_teaser(link, link, site) for link in element.iter("a")):
            tail.append(element)
    for element in tail:
        _take_off(element)


def _drop_articles_beside(tree: Element, heads: Sequence[Element], prose: Prose) -> None:
    """Where no element holds paragraphs, and the headline stands in one article with prose, the others are others."""
    articles = {next(head.iterancestors("article"), None) for head in heads}
    own = articles.pop() if len(articles) == 1 else None
    if own is None or not any(own in one.iterancestors() for one in prose.paragraphs):
        return
    kept = {own, *own.iterancestors()}
    for other in list(tree.iter("article")):
        if other not in kept and other.getparent() is not None:
            _take_off(other)


def _alone(link: Element, prose: Prose) -> bool:
    """Whether a link stands between the paragraphs, with no words beside it."""
    around, before = link.getparent(), link.getprevious()
    if around is None or around not in prose.boxes or (link.tail or "").strip():
        return False
    return not ((around.text if before is None else before.tail) or "").strip()


def _is_teaser(link: Element, block: Element, site: str) -> bool:
    words, whole = fold(link.text_content()), fold(block.text_content())
    if size(words) < _TEASER or len(words) < _LED * len(whole):
        return False
    try:
        elsewhere = bool(urlsplit(link.get("href") or "").netloc)
    except ValueError:
        return False
    return not elsewhere or registered_domain(absolute("https://site.invalid", link.get("href") or "") or "") == site


def _drop_captions(tree: Element, holder: Element, prose: Prose) -> None:
    """A box beside the paragraphs that holds a picture and few words: they are its caption."""
    stop = {holder, *holder.iterancestors(), *prose.boxes}
    lengths: dict[Element, int] = {}  # each box is measured once, however many pictures it holds
    dropped: set[Element] = set()
    for picture in list(tree.iter(*_PICTURES)):
        box = picture
        while (around := box.getparent()) is not None and around not in stop and around.tag not in ("body", "p", "li"):
            if around not in lengths:
                lengths[around] = len(around.text_content().strip())
            if lengths[around] > _MOST_CAPTION or around in dropped:
                break
            box = around
        if box not in dropped and box is not picture and box.tag not in ("p", "a", "span", "td", "tr"):
            dropped.add(box)
            _take_off(box)


def _drop_other_articles(holder: Element) -> None:
    """An article within the article is a comment or another story (HTML, 4.3.2)."""
    for inner in list(holder.iter("article")):
        if inner is not holder and inner.getparent() is not None:
            _take_off(inner)
