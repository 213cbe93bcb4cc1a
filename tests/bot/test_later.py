"""aiogram's types are built when they are first used: hardly any at the start, and every one of them can be."""

import json
import subprocess
import sys

from tests.bot.processes import ROOT

PROOF = """
import json
from bot.later import import_aiogram

import_aiogram()
from aiogram import types

models = [one for name in types.__all__ if hasattr(one := getattr(types, name), "model_rebuild")]
built = [one.__name__ for one in models if one.__pydantic_complete__]
for one in models:
    one.model_rebuild(raise_errors=True)
open_ends = [one.__name__ for one in models if "ForwardRef" in repr(one.model_fields)]
print(json.dumps([len(models), built, open_ends]))
"""


def test_every_type_can_be_built_later() -> None:
    """In a process of its own: here aiogram has been imported already, in its own way."""
    done = subprocess.run([sys.executable, "-c", PROOF], cwd=ROOT, capture_output=True, check=True)
    models, built, open_ends = json.loads(done.stdout)
    assert models > 400
    assert built == []
    assert open_ends == []
