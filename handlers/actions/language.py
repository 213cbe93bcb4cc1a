"""/language: a person's own choice, which wins over the language of the app and of the district."""

from handlers.actions.people import tell
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Tap
from messages import LANGUAGES


async def asked(deps: Deps, heard: Heard, _: str) -> Answer | None:
    """Ask which language, by two buttons."""
    async with deps.store.unit(heard.cause) as unit:
        await tell(deps, unit, heard, "language")
        await unit.commit()
    return None


async def chosen(deps: Deps, tap: Tap) -> Answer:
    """Keep the choice (`ref`); the answer is in that language already."""
    if tap.ref not in LANGUAGES:
        return Answer.of("unknown_button")
    async with deps.store.unit(tap.cause) as unit:
        await unit.contacts.choose_language(tap.speaker.telegram, tap.ref)
        await unit.commit()
    await deps.directory.refresh(deps.store)
    return Answer.of("language_chosen")
