"""The model of matters: made from the catalogue's threads, kept beside the models of understanding, loaded at start."""

from dataclasses import replace
from pathlib import Path

import structlog

from bot.model import SHIPPED, Told, cache_folder, keep
from parsing.catalogue import load_catalogue
from parsing.learned import Models
from parsing.linear import ModelError
from parsing.matter_lessons import learn_matters, wanted_version
from parsing.matter_model import MatterModel
from parsing.unread import Unread

log = structlog.get_logger(__name__)

_loaded: dict[str, MatterModel] = {}


def matters(models: Models, told: Told = lambda _: None) -> MatterModel:
    """Return the model of this program's threads; made anew when these have changed, or the models have."""
    version = wanted_version(models.version)
    name = f"matters-{version}.model"
    if version not in _loaded:
        file = cache_folder() / name
        made = _read(SHIPPED / name) or _read(file) or _made(file, models, told)
        _loaded[version] = _sharing(made, models)
    return _loaded[version]


def _sharing(made: MatterModel, models: Models) -> MatterModel:
    """Return the model with the strings of the others: they know mostly the same runs of characters."""
    known = {gram: gram for gram in models.linear.grams}
    roles = {
        where: replace(role, grams=tuple(known.setdefault(gram, gram) for gram in role.grams))
        for where, role in made.roles.items()
    }
    return replace(made, roles=roles)


def ship(folder: Path, models: Models, told: Told) -> MatterModel:
    """Make the model and put it there, for images."""
    return _made(folder / f"matters-{wanted_version(models.version)}.model", models, told)


def _read(file: Path) -> MatterModel | None:
    try:
        return MatterModel.from_bytes(file.read_bytes())
    except (OSError, ModelError):
        return None


def _made(file: Path, models: Models, told: Told) -> MatterModel:
    made = learn_matters(models, load_catalogue(), told=told, without=Unread(models).without)
    try:
        keep(file, made.to_bytes(), "matters-*.model")
    except OSError as error:
        log.warning("model_not_kept", error=type(error).__name__, remedy="make the cache folder writable")
    return made
