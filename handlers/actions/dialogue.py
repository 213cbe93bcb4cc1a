"""Words that come after a button: an unfinished dialogue is a draft row, so that any process can go on."""

from datetime import timedelta

from handlers.actions.act import NoTicket
from handlers.actions.deliver import personal
from handlers.actions.which import permitted, refusal
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker
from storage import Unit
from tickets.actions import Action
from tickets.drafting import Refused
from tickets.media import packed
from tickets.notices import Priority

WORDS = "words"
"""The bot has asked for words: the next private message is them."""

REPLY = "reply"
"""Staff replied plain words to a card: what they are for is asked by buttons."""

WAITS = timedelta(hours=1)
"""Later words are not taken for the answer: nobody remembers the question, and residents would read them."""


async def ask_words(deps: Deps, cause: int, speaker: Speaker, number: int, action: Action, extra: str = "") -> Answer:
    """Ask staff privately for the words an action needs; whoever may not do it is told so instead."""
    try:
        async with deps.store.unit(cause) as unit:
            await permitted(deps, unit, number, deps.person_of(speaker.telegram), action)
            await _open_words(deps, unit, cause, speaker, number, action, extra)
            await unit.commit()
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    return Answer.of("asked_for_words")


async def _open_words(
    deps: Deps, unit: Unit, cause: int, speaker: Speaker, number: int, action: Action, extra: str
) -> None:
    data = {"action": action.value, "extra": extra}
    await wait_for_words(deps, unit, speaker, WORDS, number, data)
    await prompt(deps, unit, cause, speaker, number, data)


async def wait_for_words(
    deps: Deps, unit: Unit, speaker: Speaker, kind: str, number: int, data: dict[str, str], room: int | None = None
) -> None:
    """Open the draft: the speaker's next words in private, or in a room, are the answer."""
    await unit.drafts.open(
        telegram=speaker.telegram,
        chat=speaker.telegram if room is None else room,
        kind=kind,
        ticket=number,
        data=data,
        expires_at=deps.now() + WAITS,
    )


async def prompt(deps: Deps, unit: Unit, cause: int, speaker: Speaker, number: int, data: dict[str, str]) -> None:
    """Ask in private for the words that `data["action"]` needs."""
    person = deps.person_of(speaker.telegram)
    await personal(
        deps,
        unit,
        speaker.telegram,
        key=f"prompt:{cause}",
        template="prompt",
        language=deps.language_of(person, speaker.language),
        now=deps.now(),
        priority=Priority.TAP,
        ticket=number,
        data=data,
    )


async def choose_reply(deps: Deps, heard: Heard, number: int, choices: list[Action]) -> None:
    """Keep the words that staff replied to a card, and ask by buttons what they are for.

    Further pictures of an album join the first one: they are asked about once.
    """
    async with deps.store.unit(heard.cause) as unit:
        earlier = await unit.drafts.latest(heard.speaker.telegram, REPLY, deps.now())
        if earlier is not None and heard.album and earlier.data.get("album") == heard.album:
            media = f"{earlier.data['media']} {packed(heard.media)}"
            await unit.drafts.change(earlier.id, {**earlier.data, "media": media})
            await unit.commit()
            return
        draft = await unit.drafts.open(
            telegram=heard.speaker.telegram,
            kind=REPLY,
            cause=heard.cause,
            ticket=number,
            data={
                "text": heard.text,
                "media": packed(heard.media),
                "album": heard.album or "",
                "message": str(heard.message),
            },
            expires_at=deps.now() + WAITS,
        )
        await personal(
            deps,
            unit,
            heard.speaker.telegram,
            key=f"choose:{heard.cause}",
            template="choose_reply",
            language=deps.language_of(deps.person_of(heard.speaker.telegram), heard.speaker.language),
            now=deps.now(),
            ticket=number,
            data={"draft": str(draft), "text": heard.text, "choices": ",".join(choices)},
        )
        await unit.commit()


async def show_picker(
    deps: Deps, cause: int, speaker: Speaker, number: int, action: Action, template: str, data: dict[str, str]
) -> Answer:
    """Show a row of choices (a reason, a person, a time) in the private chat of whoever may do `action`."""
    person = deps.person_of(speaker.telegram)
    try:
        async with deps.store.unit(cause) as unit:
            await permitted(deps, unit, number, person, action)
            await personal(
                deps,
                unit,
                speaker.telegram,
                key=f"pick:{cause}",
                template=template,
                language=deps.language_of(person, speaker.language),
                now=deps.now(),
                ticket=number,
                data={"action": action.value, **data},
            )
            await unit.commit()
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    return Answer.of("choose_below")
