"""What a resident does to an own ticket by button: yes, no, never mind."""

from handlers.actions.act import NoTicket, act
from handlers.actions.people import say_line
from handlers.actions.which import not_permitted, refusal
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker
from parsing.verdict import Solved
from storage import Unit
from tickets.actions import Action
from tickets.commands import Command, Confirm, Dispute, Rate, Withdraw
from tickets.decide import Refused
from tickets.model import Status, Ticket
from tickets.outcome import Mark


async def resident_acts(
    deps: Deps, cause: int, speaker: Speaker, number: int, action: Action, words: str = ""
) -> Answer:
    """Carry out `confirm`, `dispute` or `withdraw`."""
    by = deps.person_of(speaker.telegram)
    commands: dict[Action, Command] = {
        Action.CONFIRM: Confirm(by),
        Action.DISPUTE: Dispute(by, words),
        Action.WITHDRAW: Withdraw(by),
    }
    if (hidden := await not_permitted(deps, number, by, action)) is not None:
        return hidden
    try:
        decision = await act(deps, number, commands[action], cause)
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    if decision.ticket.status is Status.CONFIRMED:
        return Answer.of("confirmed_waits")
    return Answer.of({Action.CONFIRM: "confirmed", Action.DISPUTE: "disputed"}.get(action, "withdrawn"))


async def rates(deps: Deps, cause: int, speaker: Speaker, number: int, mark: Mark) -> Answer:
    """Keep how content a resident is. Nobody is written to: whoever handled it finds it on the card."""
    by = deps.person_of(speaker.telegram)
    if (hidden := await not_permitted(deps, number, by, Action.RATE)) is not None:
        return hidden
    try:
        await act(deps, number, Rate(by, mark), cause)
    except (NoTicket, Refused) as refused:
        return refusal(refused)
    return Answer.of(f"rated_{mark}")


async def thank(deps: Deps, unit: Unit, heard: Heard, ticket: Ticket, found: Solved) -> None:
    """Say in the private chat what has become of it: the card there changes without a sound."""
    waits = ticket.status is Status.CONFIRMED
    key = "disputed" if found is Solved.NO else "confirmed_waits" if waits else "confirmed"
    await say_line(deps, unit, heard.speaker, f"answer:{heard.cause}", key)
