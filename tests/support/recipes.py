"""The recipes of `docs/consuming.md`, as tests run them: what a reader copies is what is tested."""

import re
import types
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "consuming.md"
_BLOCK = re.compile(r"^```(\w+) ([\w.-]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def recipes():
    """The named code blocks of the page: code by file name."""
    return {name: code for _, name, code in _BLOCK.findall(PAGE.read_text("utf-8"))}


def module(name):
    """A Python block as a module."""
    made = types.ModuleType(name.removesuffix(".py"))
    exec(compile(recipes()[name], f"{PAGE.name}:{name}", "exec"), made.__dict__)
    return made


readers = module("readers.py")
