"""Imports aiogram without building all of its types at once: each is built when it is first used.

aiogram gives every one of its 400 types a schema while it is being imported, which is most of the seconds that a start
takes. An update needs them built once, as parts of its own schema.
"""

import sys
from typing import Any, Literal, Optional, Union

from pydantic import BaseModel


def import_aiogram() -> None:
    """Import aiogram; to be called before anybody else imports it, else nothing changes."""
    if "aiogram" in sys.modules:
        return
    rebuild = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(lambda cls, **_: None)  # type: ignore[method-assign, assignment]
    try:
        from aiogram import types
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
    from aiogram.client.default import Default

    # What aiogram itself would have looked its annotations up in; pydantic looks where a type is defined.
    names: dict[str, Any] = {"List": list, "Optional": Optional, "Union": Union, "Literal": Literal, "Default": Default}
    names |= {name: getattr(types, name) for name in types.__all__}
    for name, module in list(sys.modules.items()):
        if name.startswith("aiogram.types."):
            vars(module).update({one: what for one, what in names.items() if one not in vars(module)})
