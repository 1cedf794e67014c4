"""What all sections of the configuration have in common."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Section(BaseModel):
    """A section: immutable, unknown keys refused, values never echoed by pydantic itself (one may be a secret)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(
            f'"{text[:120]}" is no name: write letters, digits, ".", "_", "-", a letter or digit first, at most 100'
        )
    return text


Name = Annotated[str, AfterValidator(_name)]
"""A name that may stand in a topic's name, a key, a header: what Kafka allows in topic names, a letter first."""


def _beside(path: Path, info: ValidationInfo) -> Path:
    """A relative path counts from the folder of the file that names it."""
    return Path((info.context or {}).get("folder", "")) / path.expanduser()


File = Annotated[Path, AfterValidator(_beside)]
"""The path of a file; relative ones count from the folder of the configuration."""
