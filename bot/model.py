"""The models of understanding: made once from the catalogue's utterances, kept in the user's cache, loaded at start."""

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import structlog

from parsing.chain import Chain
from parsing.learned import Models
from parsing.lessons import Lesson, learn, located, wanted_version
from parsing.linear import ModelError
from parsing.spots import BEGIN, INSIDE, OUTSIDE, Spots

log = structlog.get_logger(__name__)

SHIPPED = Path(sys.prefix) / "share" / "gridbot"
"""Where an image brings what was learned when it was built."""

Told = Callable[[str], None]

KEPT = 12
"""Versions in the cache: another checkout may use another one."""


def cache_folder() -> Path:
    """Return where programs of this user keep what they can make again."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "gridbot"


_loaded: dict[Path, Models] = {}


def models(told: Told = lambda _: None) -> Models:
    """Return the models of this program's utterances and rules; made anew when these have changed.

    A cache that cannot be read or written costs the seconds of learning, never the start. Kept for the process.
    """
    name = f"understanding-{wanted_version()}.model"
    file = cache_folder() / name
    if file not in _loaded:
        _loaded[file] = _read(SHIPPED / name) or _read(file) or _made(file, told)
    return _loaded[file]


def _read(file: Path) -> Models | None:
    try:
        return Models.from_bytes(file.read_bytes())
    except (OSError, ModelError):
        return None


def _made(file: Path, told: Told) -> Models:
    made = learn_all(told)
    try:
        _keep(file, made.to_bytes())
    except OSError as error:
        log.warning("model_not_kept", error=type(error).__name__, remedy="make the cache folder writable")
    return made


def learn_all(told: Told = lambda _: None) -> Models:
    """Train everything: the model of places in a process of its own, where there is a core for it."""
    told("learning places meanwhile")
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        places = beside.submit(learn_places)
        made = learn(told=told)
        return replace(made, spots=places.result())


def learn_places(taught: Sequence[Lesson] | None = None) -> Spots:
    """Train the model of places; the library writes it to a file only."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    for shown, labels in located(taught):
        trainer.append(shown, labels)
    trainer.set_params({"c1": 0.1, "c2": 0.05, "max_iterations": 80, "feature.minfreq": 2})
    with tempfile.TemporaryDirectory(prefix="gridbot-") as folder:
        file = Path(folder) / "places"
        trainer.train(str(file))
        tagger = pycrfsuite.Tagger()
        with tagger.open(str(file)):
            made = tagger.info()
    return Spots(Chain.of((OUTSIDE, BEGIN, INSIDE), made.state_features, made.transitions))


def _keep(file: Path, content: bytes) -> None:
    keep(file, content, "understanding-*.model")


def keep(file: Path, content: bytes, family: str) -> None:
    """Write beside, then rename: whoever starts at the same moment reads the old file or the new one.

    Of the files of one family the newest are kept.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".part-", delete=False) as part:
        part.write(content)
    Path(part.name).replace(file)
    known = sorted(file.parent.glob(family), key=lambda one: one.stat().st_mtime, reverse=True)
    for old in known[KEPT:]:
        with suppress(OSError):
            old.unlink()


def main() -> None:
    """Learn now what is not in the cache; `python -m bot.model FOLDER` puts it there, for images."""
    from bot.matters import matters, ship  # it is learned with these models

    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        made = _made(folder / f"understanding-{wanted_version()}.model", _told)
        same = ship(folder, made, _told)
    else:
        made = models(_told)
        same = matters(made, _told)
    sys.stdout.write(f"understanding {made.version}\nmatters {same.version}\n")


def _told(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    main()
