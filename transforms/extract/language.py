"""The language of a text, for pages that do not say theirs."""

import functools

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SAMPLE = 4_000  # code points that are looked at
_ENOUGH = 40  # bytes of UTF-8: some ten Chinese or Thai characters, some seven English words
_SURE = 0.9  # probability


def detect(text: str) -> str | None:
    """The language of a text as an ISO 639-1 code, or None where it is too short or too mixed to tell."""
    sample = text[:_SAMPLE].strip()
    if len(sample.encode("utf-8", "ignore")) < _ENOUGH:
        return None
    language, probability = _identifier().classify(sample)
    return str(language) if probability >= _SURE else None


@functools.cache
def _identifier() -> LanguageIdentifier:
    """Reading the model takes a second, so it is done for the first text that needs it."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
