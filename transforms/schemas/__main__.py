"""Writes the schema files: ``python -m transforms.schemas``."""

from pathlib import Path

import msgspec

from transforms.schemas import NAMES, generate

for file_name in NAMES:
    text = msgspec.json.format(msgspec.json.encode(generate(file_name)), indent=1).decode() + "\n"
    Path(__file__).with_name(file_name).write_text(text, "utf-8")
