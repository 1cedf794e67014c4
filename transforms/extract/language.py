"""The language of a page: what it says, unless its text is plainly in another."""

import functools

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SAMPLE = 4_000  # code points that are looked at
_ENOUGH = 40  # bytes of UTF-8: some ten Chinese or Thai characters, some seven English words
_SURE = 0.9  # probability
# To overrule a page. Systems are set up in English and left so: 14 of 395 real pages state another language than that
# of their text, and each was recognised with 0.97 or more; no other page with more than 0.7.
_OVERRULING, _LONG = 0.95, 200
_GLANCE = 1_000  # code points that are looked at for it, since every page is: some 0.8 ms on a busy machine
_FILLER = "la"  # "lorem ipsum": what some sites show in the place of a text that is to be paid for
# Languages so near that the page knows better.
_KIN = tuple(
    frozenset(kin.split())
    for kin in (
        "no nb nn da",
        "hr sr bs sh sl",
        "id in ms jv su",
        "cs sk",
        "pt gl",
        "es ca an oc",
        "fr oc wa",
        "zh yue",
    )
    + ("ru uk be", "bg mk", "fa prs ps", "hi mr ne", "nl af fy", "zu xh ss nr", "az tr", "kk ky", "tl fil", "he iw")
)


def language_of(stated: str | None, text: str) -> str | None:
    """The language of a page.

    Args:
      stated: BCP 47 tag that it states, or None.
      text: Its text.

    Returns:
      What it states; the ISO 639-1 code of the text's language where that is another for sure, or nothing is stated.
    """
    if stated is None:
        return detect(text)
    primary = stated.partition("-")[0].lower()
    found = detect(text[:_GLANCE], _OVERRULING, _LONG)
    near = found is None or found in (primary, _FILLER) or any({found, primary} <= kin for kin in _KIN)
    return stated if near else found


def is_filler(text: str) -> bool:
    """Whether a text is but words to fill its place."""
    return detect(text, _OVERRULING, _LONG) == _FILLER


def detect(text: str, sure: float = _SURE, enough: int = _ENOUGH) -> str | None:
    """The language of a text as an ISO 639-1 code, or None where it is too short or too mixed to tell.

    Args:
      text: The text.
      sure: Probability that is asked for.
      enough: Bytes of UTF-8 that are asked for.
    """
    sample = text[:_SAMPLE].strip()
    if len(sample.encode("utf-8", "ignore")) < enough:
        return None
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= sure else None


def prepare() -> None:
    """Reads the model now, so that no text waits for it."""
    _identifier()


@functools.cache
def _identifier() -> LanguageIdentifier:
    """Reading the model takes up to a second, so it is done for the first text that needs it, or by `prepare`."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
