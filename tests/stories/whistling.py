"""What people do with whistles in the stories: call departments, report in, say what was done."""

from messages import LANGUAGES, phrase
from rehearsal import Message
from tests.stories.theatre import Person, Play
from tickets.lane import Lane


def toast(key: str) -> tuple[str, ...]:
    """A toast is in the language of whoever's app pressed."""
    return tuple(phrase(key, one) for one in LANGUAGES)


def labels(message: Message) -> list[str]:
    """Return what the buttons under a message say."""
    return [button.text for row in message.buttons for button in row]


async def taken(play: Play, who: Person) -> None:
    """Take the first ticket."""
    await who.taps(await who.asked_to("take", "〔1001〕"), "take")
    await play.until_quiet()


async def whistles(play: Play, who: Person, words: str) -> None:
    """Whistle with words, by command."""
    who.tells(f"/whistle 1001 {words}")
    await play.until_quiet()


async def reports(play: Play, who: Person, words: str, to: Person) -> None:
    """A resident opens the private chat and says there what is the matter; a worker takes it."""
    who.starts()
    await play.until_quiet()
    who.tells(words)
    await taken(play, to)


async def asks_on(who: Person) -> None:
    """The level that was asked asks the next one."""
    await who.taps(await who.asked_to("lane_button.on", "〔1001〕"), "lane_button.on")


async def calls(play: Play, who: Person, *names: str, lead: str, wanted: str = "", hour: str = "") -> None:
    """Call departments from the card of a level above, or from the page that is open already."""
    card = await who.asked_to("lane_button.call", "〔1001〕")
    await who.taps(card, "lane_button.call")
    page = await who.asked_to("lane_button.drop", "〔1001〕")
    chosen = {one[2:]: one[0] for one in labels(page) if one[:2] in ("● ", "○ ", "· ")}
    for name in [*(one for one in chosen if one not in names), *(one for one in names if one != lead), lead]:
        sign = "●" if name == lead else "○" if name in names else ""
        page = await _turned(play, who, page, sign, name)
    for what, words in (("wanted", wanted), ("hour", hour)):
        if words:
            await who.taps(page, f"lane_button.{what}")
            await play.until_quiet()
            who.tells(words)
            page = await who.asked_to("lane_button.send", "〔1001〕")
            await play.until_quiet()
    assert await who.taps(page, "lane_button.send") in toast("called_in")
    await play.until_quiet()


async def _turned(play: Play, who: Person, page: Message, sign: str, name: str) -> Message:
    """Press a department on the page until it has the sign wanted; return the page as it is then."""
    for _ in range(8):
        now = next(one for one in labels(page) if one.endswith(name))
        if now == f"{sign} {name}".strip():
            return page
        await who.taps(page, now)
        await play.until_quiet()
        page = await who.asked_to("lane_button.drop", "〔1001〕")
    raise AssertionError(f"{name} never gets {sign!r}")


async def does(play: Play, who: Person, button: str, words: str = "", *fragments: str) -> None:
    """Press a button of a lane's card or of news about it, and write the words that are asked for."""
    await who.taps(await who.asked_to(button, "〔1001〕", *fragments), button)
    await play.until_quiet()
    if words:
        who.tells(words)
        await play.until_quiet()


async def finishes(play: Play, who: Person, words: str) -> None:
    """Say what was done, to the resident."""
    await does(play, who, "finish", words)


async def accepted(play: Play, leader: Person, resident: Person, words: str) -> None:
    """What was done is good: for whoever leads, and for the resident who reads it."""
    await resident.reads("〔1001〕", words)
    await leader.taps(await leader.asked_to("approve", "〔1001〕"), "approve")
    await resident.taps(await resident.asked_to("confirm", words), "confirm")
    await play.until_quiet()


async def lane(play: Play, department: str) -> Lane:
    """Return a department's lane as the store has it."""
    return next(one for one in (await play.ticket()).lanes if one.department == department)
