"""Comparing what the finds of a programme came to with what they must come to."""

from collections import defaultdict
from collections.abc import Mapping

from connectors.demo.material import Expected

Key = tuple[str, str]
"""Feed id and link."""


def differences(expected: Mapping[Key, Expected], outcomes: Mapping[Key, str]) -> list[str]:
    """What is not as it must be, one line an item; empty when all is well.

    Of items that share a page only the set of outcomes is compared: when both are found late, either may be first.

    Args:
      expected: As ``Programme.expected`` gives it.
      outcomes: Name of the outcome by feed id and link; items without one may be left out.
    """
    groups: dict[str, list[Key]] = defaultdict(list)
    for key, value in expected.items():
        groups[value.shared or repr(key)].append(key)
    lines = []
    for keys in groups.values():
        wanted = [expected[key].outcome for key in keys]
        got = [outcomes.get(key, "none") for key in keys]
        if sorted(wanted) != sorted(got):
            lines += [
                f"{key[0]} {key[1]}: {have}, expected {want} ({expected[key].reason or 'on the beat'})"
                for key, want, have in zip(keys, wanted, got, strict=True)
                if want != have
            ]
    lines += [f"{feed} {link}: {outcomes[feed, link]}, but no such item" for feed, link in outcomes.keys() - expected]
    return lines
