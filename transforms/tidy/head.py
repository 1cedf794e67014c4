"""What stands above a story: its headline, and what a page puts around that."""

import re

from transforms.tidy.page import Page, is_headline, stems
from transforms.titles import fold, headline

_LEAD = 3  # paragraphs that a headline is compared with
_MOST = 40  # lines above the story that are looked at; 395 real pages have 31 at most
_NAME = re.compile(
    r"(?:[A-Z][\w.'’-]+|[A-Z]\.|d[aei]|van|von|bin|al|and|e|&)"
    r"(?: (?:[A-Z][\w.'’-]*|d[aei]|van|von|bin|al|and|e|&)){1,5},?"
)
_PLACE = re.compile(r"[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){0,2}, (?:[A-Z][\w.'’-]+ ?){1,3}(?:\([\w .]{2,20}\))? ?[:—–-]+")
_OPENER = re.compile(r"(?:exclusive|opinion|explainer|analysis|video|breaking|watch|in pictures)\b", re.IGNORECASE)
_SITE = re.compile(r"\s+[|–—-]\s+|\s*[|｜_]\s*")
_PAPER = re.compile(
    r"\b(?:news|times|post|daily|herald|gazette|tribune|journal|chronicle|observer|telegraph|guardian|press|today|online"
    r"|media|tv|radio|magazine|review|globe|star|sun|mirror|courier|dispatch|wire|weekly|insider|corriere|giornale"
    r"|notizie|quotidiano|stampa|gazzetta|messaggero)\b|\.(?:com|net|org|it|cn|co)\b|(?:网|網|报|報|新闻|新聞|日报|社|周刊)$",
    re.IGNORECASE,
)


def behead(page: Page, title: str, url: str = "") -> str:
    """Marks what is above the story but no part of it.

    Args:
      page: Its lines; marks are added.
      title: The headline, where it is known.
      url: The page's address, for the name of its site.

    Returns:
      The headline without the name of the site: the given one, or the line above the story that shares most with its
      first paragraphs, or an empty text.
    """
    story = page.story()
    first = story[0] if story else 0
    above = [at for at in range(max(0, first - _MOST), first) if page.kept(at) or page.why[at] == "doubled"]
    lead = stems(" ".join(page.lines[at].text[:1_000] for at in story[:_LEAD]))
    if not title:  # "Exclusive: ..." is a link within a story, and a headline above one
        above += [
            at for at in range(min(3, first)) if page.why[at] == "read-more" and _OPENER.match(page.lines[at].text)
        ]
    others = {fold(line.text) for line in page.lines[max(0, first - _MOST) : first] + page.lines[-5:]}
    if title:
        title = _site_cut(title, others, url, [page.lines[at].text for at in above])
        same = [at for at in above if _same(page.lines[at].text, title)]
        sure = bool(same)
    else:
        same, sure = _headline_lines(page, above, lead)
        title = _site_cut(page.lines[same[0]].text, others, url, []) if same else ""
    for at in same:
        page.why[at] = "headline"
    for at in range(max(0, first - _MOST), first):
        page.mark_edge(at)
        if page.kept(at) and (sure and at < same[0]):
            page.why[at] = "navigation"
        elif page.kept(at):
            page.why[at] = _label(page.lines[at].text, lead)
    for at in range(first):  # a standfirst that is cut off, before the paragraph that says it whole
        text = page.lines[at].text.rstrip(".… ")
        if page.kept(at) and len(text) >= 60 and any(page.lines[near].text.startswith(text) for near in story[:2]):
            page.why[at] = "doubled"
    return title


def _headline_lines(page: Page, above: list[int], lead: frozenset[str]) -> tuple[list[int], bool]:
    """The line that is the headline, with those that repeat it, and whether that is sure."""
    best: tuple[int, float] | None = None
    for at in above:
        words = stems(page.lines[at].text)
        shared = len(words & lead)
        if is_headline(page.lines[at].text) and shared >= 2 and shared >= 0.25 * len(words):
            best = at, shared
            break
    if best is None:
        alone = [at for at in above if is_headline(page.lines[at].text)]
        if len(alone) != 1 or len(stems(page.lines[alone[0]].text)) < 3:
            return [], False
        return alone, False
    again = [at for at in above if at > best[0] and fold(page.lines[at].text) == fold(page.lines[best[0]].text)]
    return [best[0], *again], True


def _same(line: str, title: str) -> bool:
    """True if a line is the headline, perhaps with the name of the site."""
    folded, wanted = fold(line), fold(title)
    return bool(wanted) and (
        folded == wanted or (len(wanted) >= 15 and folded.startswith(wanted) and len(line) < len(title) + 40)
    )


def _site_cut(title: str, others: set[str], url: str, above: list[str]) -> str:
    cut = headline([title], "", above, [], url)
    for found in reversed(list(_SITE.finditer(cut[:400]))):
        before, after = cut[: found.start()], cut[found.end() :]
        few = len(after) <= 40 and len(after.split()) <= 5
        named = fold(after) in others or any(
            fold(after) and one.endswith(fold(after)) for one in others if len(one) < 60
        )
        paper = bool(_PAPER.search(after)) and after[:1].isupper() | bool(re.match(r"[\u3400-\u9fff]", after))
        if (
            few
            and (named or paper or "|" in found[0] or "｜" in found[0])
            and len(fold(before).encode("utf-8", "ignore")) >= 15
        ):
            cut = before.rstrip()
            continue
        break
    return cut


def _label(line: str, lead: frozenset[str]) -> str:
    """Why a short line between headline and story goes, or empty: a name that is none of the story, a place alone."""
    if _PLACE.fullmatch(line):
        return "dateline"
    if _NAME.fullmatch(line) and len(line.split()) <= 6 and not stems(line) & lead:
        return "byline"
    if re.fullmatch(r"[\u3400-\u9fff·]{2,5}", line) and not stems(line) & lead:
        return "byline"
    return ""
