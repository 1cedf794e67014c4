"""Who acts, and whose act it is: a public body, or the reason why the doer is none.

A company that bans users, a school that bans phones and a browser that blocks trackers do what governments do, in the
same words; only the subject tells them apart.
"""

from transforms.tag.entries import Body, Grammar
from transforms.tag.words.lexicon import Mention, code_of
from transforms.tag.words.reading import Line, Reading, is_origin

ACTOR_REACH = 16
"""Words between a doer and its verb."""

NEAR = 6
"""Words between a body of no country and the place that says whose it is."""

_MATRIX = ("order", "ask", "propose", "threaten")

"""Classes of verbs by which a public body makes another one act: "orders Apple to remove"."""


def _subjects(line: Line, before: int) -> list[tuple[int, int, Mention | None]]:
    """What may be the doer before a verb, nearest first; None for a private one without a name."""
    spans: list[tuple[int, int, Mention | None]] = []
    for name in line.found.names:
        if name.last > before or name.kind == "good":
            continue
        if name.kind == "place" and (name.form == "adjective" or is_origin(line, name)):
            continue
        if name.kind == "place" and line.of_class("likening", name.first - 1, name.first):
            continue
        if _objects(line, name):
            continue
        spans.append((name.first, name.last, name))
    spans += [(a, b, None) for a, b in line.classes.get("private", ()) if b <= before]
    return sorted(spans, key=lambda span: (-span[1], span[0]))


def _objects(line: Line, name: Mention) -> bool:
    """Does a government only speak against what another one does: "Beijing condemned the ban"?"""
    return line.of_class("objecting", name.last, name.last + 2) and name.kind in ("body", "place")


def is_goal(line: Line, place: Mention, grammar: Grammar) -> bool:
    """Is a place where something goes, not who acts: "sales to China", "curbs on China"?"""
    before = line.sentence.low[place.first - 1] if place.first else ""
    if (
        before in grammar.fronting
        or (before in grammar.towards and place.form != "seat")
        or line.of_class("likening", place.first - 1, place.first)
    ):
        # "将美国公司列入": what is hit was put before the verb. "仿效澳洲": an example, which does nothing here.
        # "应对美国出口限制": the last character of a verb that is none of the prepositions.
        return not line.of_class("coping", place.first - 2, place.first)
    return False


def names_government(line: Line, grammar: Grammar) -> bool:
    """Does a headline name a public body, or a place that is not merely where something comes from or goes?"""
    return any(
        n.kind == "body"
        or (n.kind == "place" and n.form != "adjective" and not is_origin(line, n) and not is_goal(line, n, grammar))
        for n in line.found.names
    )


def _is_source(line: Line, head: Mention, place: Mention, grammar: Grammar) -> bool:
    """Is a place, right behind a measure that ends in such a word, who acts: "faces scrutiny from China"?"""
    return place.first == head.last and line.sentence.low[head.last - 1] in grammar.sources


def find_actor(line: Line, head: Mention, voice: str, reading: Reading) -> tuple[Mention | None, str]:
    """Who acts: a public body or place, or the reason why it is none."""
    grammar, low = reading.grammar, line.sentence.low
    scale = grammar.scale
    if voice == "passive" and grammar.free_order:
        doer, reason = _doer_before(line, head, grammar)
        if doer is not None or reason:
            return doer, reason
    elif voice == "passive":
        window = range(head.last, min(len(low), head.last + 10))
        at = next((i for i in window if low[i] in grammar.by), None)
        if at is not None:
            for doer in line.found.names:
                if at < doer.first <= at + 5:
                    if doer.kind in ("body", "place"):
                        return doer, ""
                    if doer.kind in ("app", "company"):
                        return None, "the actor is a company, not a public body"
            if line.of_class("private", at + 1, min(len(low), at + 5)):
                return None, "the actor is not a public body"
    if voice == "active":
        subjects = [s for s in _subjects(line, head.first) if head.first - s[1] <= ACTOR_REACH * scale]
        for first, last, name in subjects:
            if first and low[first - 1] in grammar.prepositions and len(subjects) > 1:  # "sold to China"
                continue
            fronted = (first and low[first - 1] in grammar.fronting) or low[first] in grammar.fronting
            if fronted and (name is None or name.kind in ("app", "company")):
                # What is hit was put before the verb: "印度将华为排除".
                continue
            if name is not None and name.kind in ("body", "place"):
                return name, ""
            if any(n is not None and n.kind in ("body", "place") for _, e, n in subjects if e <= first) and any(
                line.of_class(c, 0, head.first) for c in _MATRIX
            ):
                continue
            if low[last : last + 2] == ["'", "s"] and name is not None:
                continue
            behind = [n for n in line.found.names if n.kind in ("body", "place") and n.first >= head.last]
            if behind and line.of_class("bidding", head.last, len(low)):
                # "Apple pulls WhatsApp at Beijing's request": the government acts through the company.
                return behind[-1], ""
            speaker = _speaker(line)
            if speaker is not None and speaker.last <= first:
                return speaker, ""
            if line.of_class("duty", max(0, head.first - 3), head.first):
                # "Apple must remove WhatsApp, ministry says": so does who says what another one has to do.
                says = next((n for n in behind if _says(line, n, grammar)), None)
                if says is not None:
                    return says, ""
            what = "a company" if name is not None else "private"
            return None, f"the actor is {what}, not a public body"
        if not line.of_class("act", max(0, head.first - 8), head.first) and not line.has("public"):
            return None, "who acts is not known as a public body"
    if (
        voice in ("noun", "ing")
        and not line.has("public")
        and any(b <= head.first for _, b in line.classes.get("private", ()))
    ):
        return None, "the actor is private, not a public body"
    nearest = min(
        (
            n
            for n in line.found.names
            if (n.kind == "body" and not _objects(line, n))
            or (
                n.kind == "place"
                and not _objects(line, n)
                and not is_origin(line, n)
                and (n.form != "adjective" or (n.last == head.first and grammar.script != "han"))
                and (n.form == "adjective" or not is_goal(line, n, grammar) or _is_source(line, head, n, grammar))
            )
        ),
        key=lambda n: abs(n.first - head.first) + (6 if n.first > head.first else 0) + (3 if n.kind == "place" else 0),
        default=None,
    )
    return nearest, ""


def _doer_before(line: Line, head: Mention, grammar: Grammar) -> tuple[Mention | None, str]:
    """Who acts in a passive sentence whose doer may stand between "by" and the verb (Chinese) or behind "by"."""
    low = line.sentence.low
    reach = 5 * grammar.scale
    marks = [
        at for at in range(max(0, head.first - 2 * reach), min(len(low), head.last + reach)) if low[at] in grammar.by
    ]
    for at in marks:
        for name in line.found.names:
            if at < name.first <= at + reach and (name.last <= head.first or at >= head.last):
                if name.kind in ("body", "place"):
                    return name, ""
                if name.kind in ("app", "company") and name.first == at + 1:
                    return None, "the actor is a company, not a public body"
        if line.of_class("private", at + 1, at + 3):
            return None, "the actor is not a public body"
    return None, ""


def _speaker(line: Line) -> Mention | None:
    """The public body that a headline gives the word to: "Ministry: carriers must remove Huawei"."""
    low = line.sentence.low
    if line.sentence.part != "title":
        return None
    bodies = (n for n in line.found.names if n.kind in ("body", "place"))
    return next((n for n in bodies if low[n.last : n.last + 1] == [":"]), None)


def _says(line: Line, name: Mention, grammar: Grammar) -> bool:
    """Is a body or place the one who says it: "ministry says", "according to Hanoi", not "an analyst in Hanoi says"?"""
    if line.of_class("saying", max(0, name.first - 3), name.first):
        return True
    before = line.sentence.low[name.first - 1] if name.first else ""
    return before not in grammar.prepositions and line.of_class("saying", name.last, name.last + 3)


def _belongs(gap: list[str], grammar: Grammar) -> bool:
    """Do the words between a body and a place say that it is the place's: "court in", "tribunale italiano"?"""
    return gap[0] in (*grammar.of, *grammar.in_, "'") if gap else grammar.free_order


def jurisdictions_of(line: Line, actor: Mention | None, grammar: Grammar) -> list[tuple[str, Mention]]:
    """Whose act it is, each code with the words that say so; of a country and its state the state."""
    found = _jurisdiction_of(line, actor, grammar)
    for code, mention in found:
        for place in line.found.names:
            part = code_of(place).startswith(f"{code}-") and place.kind == "place"
            judged = actor is not None and isinstance(actor.entry, Body) and actor.entry.kind == "court"
            if part and (judged or (mention.kind == "place" and 0 <= place.first - mention.last <= 1)):
                # "Montana, US"; a federal judge rules on what a state did.
                return [(code_of(place), place)]
    return found


def _jurisdiction_of(line: Line, actor: Mention | None, grammar: Grammar) -> list[tuple[str, Mention]]:
    low = line.sentence.low
    places = [n for n in line.found.names if n.kind == "place"]
    if actor is not None:
        code = code_of(actor)
        if code:
            return [(code, actor)]
        for place in places:
            gap = low[place.last : actor.first]
            joined = len(gap) <= 4 and all(w in ("'", ",") or w.isalpha() for w in gap)
            if place.last <= actor.first and joined and (not gap or not is_origin(line, place)):
                return [(code_of(place), place)]
            gap = low[actor.last : place.first]
            if actor.last <= place.first and len(gap) <= 4 and _belongs(gap, grammar):
                return [(code_of(place), place)]
        # A body of no country, as "the court": another body of the sentence says whose it is, or a place close by.
        coded = [n for n in line.found.names if n.kind == "body" and code_of(n)]
        if coded:
            return [(code_of(coded[0]), coded[0])]
        places = [p for p in places if abs(p.first - actor.first) <= NEAR * grammar.scale]
    places = [p for p in places if not _objects(line, p)]
    direct = [p for p in places if not is_origin(line, p) and p.form != "adjective" and not is_goal(line, p, grammar)]
    if direct:
        return [(code_of(direct[0]), direct[0])]
    # "Nvidia potrà vendere chip, via libera di Trump", "Trump allows Nvidia to sell chips"
    coded = [n for n in line.found.names if n.kind == "body" and code_of(n)]
    return [(code_of(coded[0]), coded[0])] if coded else []
