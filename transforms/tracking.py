"""Which parameters of an address say where a reader came from, never which article it is.

They are data: ``tracking.toml``, facts about sites, gathered from what feeds link to and from the rules of ClearURLs
(https://clearurls.xyz), of which only what stands on news sites was taken. ClearURLs serves one reader, who sees when a
link breaks; here two articles with one address are one of them lost. So its words that name an article elsewhere
(``[a-z]?mc``, ``referrer``, ``source`` on any Google host) are left out, or cut with one value only.
"""

import functools
import tomllib
from collections.abc import Iterable
from importlib import resources

import msgspec

from transforms.errors import ConfigError

FILE = "tracking.toml"

# What was cut until decision 0030: ids made then hang on it, so it never changes.
_FIRST = frozenset(
    ("fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "mc_cid", "mc_eid")
    + ("_ga", "_gl", "ref_src", "ref_url", "cmpid", "ncid", "ocid", "partner_id", "sr_share", "smid", "spm")
    + ("at_medium", "at_campaign", "taid", "ito", "s_cid")
)
_FIRST_PREFIXES = ("utm_", "at_custom", "pk_", "mtm_", "hsa_", "oly_")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is cut: whole names, beginnings of names, and names with one value."""

    names: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()

    def hold(self, name: str, value: str) -> bool:
        """Whether a parameter is among them; both in lower case."""
        return name in self.names or name.startswith(self.prefixes) or f"{name}={value}" in self.values


class Site(Words, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is cut on some registered domains and nowhere else."""

    domains: tuple[str, ...]


class Rules(Words, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The file: what is cut anywhere, and on single sites."""

    site: tuple[Site, ...] = ()


def tracks(name: str, value: str, domain: str) -> bool:
    """Whether a parameter says only where the reader came from.

    Args:
      name: As it stands in the address, decoded. Feeds that escape twice leave ``amp;`` in front of it, and those that
        append to a query as if there were none a question mark.
      value: Decoded.
      domain: The registered domain of the address.
    """
    name, value = _bare(name), value.lower()
    anywhere, sites = _rules()
    return anywhere.hold(name, value) or (domain in sites and sites[domain].hold(name, value))


def tracked_at_first(name: str) -> bool:
    """As `tracks`, by the words of the first version; for ids that were made then."""
    name = name.lower()
    return name in _FIRST or name.startswith(_FIRST_PREFIXES)


def parse(text: str, name: str) -> Rules:
    """A file's words.

    Args:
      text: TOML.
      name: Of the file, for messages.

    Raises:
      ConfigError: A key is unknown, or a word is one that could never match, or would match everything.
    """
    try:
        rules = msgspec.convert(tomllib.loads(text), Rules)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{name}: {error}") from error
    met: set[str] = set()
    for site in rules.site:
        for domain in site.domains:
            if domain in met or domain != domain.lower() or "." not in domain:
                raise ConfigError(f"{name}: {domain!r} is no registered domain in lower case, or stands there twice")
            met.add(domain)
    for words in (rules, *rules.site):
        _check(words.names, words.prefixes, words.values, name)
    return rules


def _check(names: Iterable[str], prefixes: Iterable[str], values: Iterable[str], file: str) -> None:
    for word in (*names, *prefixes, *values):
        if not word or word != _bare(word):
            raise ConfigError(f"{file}: {word!r} can never match: names are compared in lower case")
    for word in prefixes:
        if len(word) < 3:
            raise ConfigError(f"{file}: names that begin with {word!r} are too many: at least three letters")
    for word in values:
        if "=" not in word:
            raise ConfigError(f'{file}: {word!r} lacks its value: write it as "name=value"')


def _bare(name: str) -> str:
    name = name.lower().lstrip("?")
    while name.startswith("amp;"):
        name = name.removeprefix("amp;").lstrip("?")
    return name


@functools.cache
def _rules() -> tuple[Rules, dict[str, Site]]:
    rules = parse(resources.files("transforms").joinpath(FILE).read_text("utf-8"), FILE)
    return rules, {domain: site for site in rules.site for domain in site.domains}
