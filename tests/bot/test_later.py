"""aiogram's types are built when they are first used, and are what they would have been."""

import json
import re
import subprocess
import sys

from aiogram import types

from tests.bot.processes import ROOT

PROOF = """
import json
from bot.later import import_aiogram

import_aiogram()
from aiogram import types

models = [one for name in types.__all__ if hasattr(one := getattr(types, name), "model_rebuild")]
early = [one.__name__ for one in models if one.__pydantic_complete__]
for one in models:
    one.model_rebuild(raise_errors=True)
fields = {one.__name__: {name: repr(field) for name, field in one.model_fields.items()} for one in models}
print(json.dumps([len(early), fields]))
"""


def test_every_type_can_be_built_later_and_is_the_same() -> None:
    """In a process of its own: here aiogram may have been imported already, in its own way."""
    done = subprocess.run([sys.executable, "-c", PROOF], cwd=ROOT, capture_output=True, check=True)
    early, fields = json.loads(done.stdout)
    models = [one for name in types.__all__ if hasattr(one := getattr(types, name), "model_rebuild")]
    assert early < len(models) / 10, "hardly any is built at once"
    for one in models:
        one.model_rebuild(raise_errors=True)
    here = {one.__name__: {name: repr(field) for name, field in one.model_fields.items()} for one in models}
    assert _anywhere(fields) == _anywhere(here)


def _anywhere(fields: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Leave out where in its memory a process has put a function."""
    return {
        model: {name: re.sub(r" at 0x[0-9a-f]+", "", told) for name, told in of.items()} for model, of in fields.items()
    }
