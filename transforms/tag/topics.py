"""Which topics a measure belongs to: who acts, what it falls on, and where that comes from."""

from transforms.tag.actions import Candidate
from transforms.tag.entries import App, Company, Good
from transforms.tag.words.lexicon import Mention, code_of
from transforms.tag.words.reading import Reading, is_origin
from transforms.vocabulary import Topic

APP_MEASURES = frozenset({"ban", "block", "app-store-removal", "government-device-ban", "divestiture"})
CONTEST_KINDS = frozenset({"telecom", "chips", "cameras", "drones"})
"""Measures of third countries against Chinese companies of these kinds are part of the contest of the two."""

ALLIED = frozenset({"export-control", "investment-screening", "procurement-ban"})
"""Measures on technology by which third countries take part in the contest where China is named beside them."""

COUNTER_MEASURES = frozenset(
    {"entity-listing", "export-control", "procurement-ban", "investigation", "ban", "investment-screening"}
)


def country(code: str) -> str:
    """``US`` of ``US-MT``."""
    return code.partition("-")[0]


def is_app(target: Mention) -> bool:
    """Is this an app, platform, site or online service, or a company that stands for one?"""
    entry = target.entry
    if isinstance(entry, Good):
        return entry.kind == "app"
    return isinstance(entry, App) or (isinstance(entry, Company) and bool(entry.app))


def origins(candidate: Candidate, companies: dict[str, Company]) -> set[str]:
    """The countries that the targets come from."""
    found: set[str] = set()
    for target in (*candidate.targets, *candidate.meant):
        entry = target.entry
        if isinstance(entry, Company):
            found.add(entry.country)
        elif isinstance(entry, App):
            owner = companies.get(entry.company)
            found.add(owner.country if owner else entry.country)
        else:
            found |= {
                code_of(n) for n in candidate.line.found.names if n.kind == "place" and is_origin(candidate.line, n)
            }
    if not found and candidate.targets:
        # "FCC adds foreign drones to its list, a blow to DJI"
        found |= {n.entry.country for n in candidate.line.found.names if isinstance(n.entry, Company)} - {"US"}
    return found


def chips_of(candidate: Candidate) -> bool:
    """Does it fall on technology proper: chips, telecom equipment, drones, or companies that make them?"""
    head = candidate.head
    # "芯片出口规则", "chip export rule": the measure's own noun names what it falls on.
    own = [n for n in candidate.line.found.names if n.first < head.last and head.first < n.last and n.kind == "good"]
    return any(
        (isinstance(t.entry, Good) and t.entry.kind == "tech")
        or (isinstance(t.entry, Company) and t.entry.kind in CONTEST_KINDS)
        for t in (*candidate.targets, *candidate.meant, *own)
    )


def likely_actor(candidate: Candidate, reading: Reading, companies: dict[str, Company]) -> set[str]:
    """Who acts when the sentence does not say: the government that the article speaks of most.

    Governments rarely ban what comes from their own country, so that country is passed over where another speaks.
    """
    # Exports are curbed by the government of who sells: not China's, where both are spoken of.
    exports = candidate.measure.measure == "export-control"
    come_from = passed = {"CN"} if exports and chips_of(candidate) else origins(candidate, companies)
    ranked = reading.speakers
    if exports:
        # "停止为大陆客户": nor does the country that goods go to curb their export.
        names = candidate.line.found.names
        passed = come_from | {code_of(n) for n in names if n.kind == "place" and n.form == "adjective"}
    others = [code for code in ranked if country(code) not in passed]
    home = reading.home
    acts_at_home = home and candidate.actor is not None and country(home) not in come_from
    if acts_at_home and not others and not (ranked and exports):
        # "Il governo vieta": a paper speaks of its own country's government without saying so.
        return {home}
    return set((others or ranked)[:1])


def _in_head(code: str, reading: Reading) -> bool:
    """Does the headline or one of the first two sentences under it name a country?"""
    head = (*reading.lines[:1], *reading.lines[reading.first_text :][:2])
    return any(code_of(name) == code for line in head for name in line.found.names)


def topics_of(candidate: Candidate, actors: set[str], reading: Reading, companies: dict[str, Company]) -> set[Topic]:
    """The topics that one accepted measure belongs to; empty when it is none of the beat's."""
    found: set[Topic] = set()
    measure = candidate.measure
    narrow = candidate.narrow
    meant = narrow.measure if narrow is not None and not narrow.adds else measure.measure
    acting = {country(code) for code in actors}
    come_from = origins(candidate, companies)
    here = {code_of(n) for n in candidate.line.found.names if n.kind in ("place", "body")}
    if measure.measure == "divestiture" and acting == {"CN"} and "US" in here:
        # What Beijing thinks of a sale that Washington demands.
        acting = {"US"}
    if measure.foreign and come_from <= acting:
        return found
    apps = [target for target in (*candidate.targets, *candidate.meant) if is_app(target)]
    strong = any(not (isinstance(t.entry, Good) and t.entry.weak) for t in candidate.targets if is_app(t))
    if candidate.voice == "noun" and come_from and come_from == acting:
        # "Trump's Twitter ban" is Twitter's; governments ban what comes from elsewhere, or say so with a verb.
        apps = []
    if apps and measure.measure in APP_MEASURES and not measure.weak and strong:
        found.add("app-ban")
    suit = measure.weak and measure.measure != "sanction"
    if suit and "US" in acting and not chips_of(candidate) and not candidate.line.has("security"):
        # Suits and probes of an app over privacy or competition are no contest of the two countries.
        return found
    named = [t for t in (*candidate.targets, *candidate.meant) if isinstance(t.entry, App | Company)]
    chips = chips_of(candidate)
    counter = meant in COUNTER_MEASURES or (meant == "block" and chips and bool(named))
    if measure.bare and (chips or not candidate.targets):
        here |= {code for code, count in reading.countries.items() if count >= (2 if chips else 4)}
        chips = True
    # American curbs on chips are part of the contest, whether or not the text says against whom.
    curbs = measure.bare and meant == "export-control" and "US" in acting and chips_of(candidate)
    if curbs and not candidate.background:
        found.add("us-china-tech")
    if chips_of(candidate) and meant in ALLIED and candidate.index <= reading.first_text and _in_head("CN", reading):
        here.add("CN")
    if meant == "export-control":
        # Of a licence to sell to Huawei, the seller may be what is named next to it.
        come_from |= {n.entry.country for n in candidate.line.found.names if isinstance(n.entry, Company)}
    if "US" in acting and "CN" in come_from:
        if measure.measure != "fine":
            found.add("us-china-tech")
    elif (
        ("CN" in acting and "US" in come_from and counter and any(isinstance(t.entry, Company) for t in named))
        or (chips and counter and {"US", "CN"} <= {country(code) for code in here | acting if code})
        or (chips and meant in ALLIED and acting and not acting & {"US", "CN"} and "CN" in here)
        or (
            acting
            and not acting & {"US", "CN"}
            and counter
            and any(
                isinstance(t.entry, Company) and t.entry.country == "CN" and t.entry.kind in CONTEST_KINDS
                for t in named
            )
        )
    ):
        found.add("us-china-tech")
    return found
