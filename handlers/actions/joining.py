"""Staff without a known account join by a link: one use, for one person, told to whoever sent it."""

from datetime import timedelta

from handlers.actions.adopting import adopt
from handlers.actions.deliver import can_write
from handlers.actions.people import say, say_line
from handlers.actions.writing import write_to
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker, Tap
from messages import phrase
from messages.people import posts
from storage import Conflict, Invitation
from tickets.notices import Priority
from tickets.overlay import areas_to_set_up
from tickets.roster import Person, PersonId, Role

PREFIX = "i_"
"""What a link's start parameter begins with, before the token."""

TOKEN = 32
"""Characters of a token. Links to an answer that waits are bare tokens, and one of those may begin like ours."""

GOOD_FOR = timedelta(days=14)
MOST = 20
"""More links than this are no list to send on; a name behind the command gives any of them."""


def invited(argument: str) -> str | None:
    """Return the token of an invitation's start parameter."""
    return argument.removeprefix(PREFIX) if argument.startswith(PREFIX) and len(argument) != TOKEN else None


def link(deps: Deps, token: str) -> str:
    """Return the address that opens the private chat with an invitation."""
    return f"https://t.me/{deps.bot_username}?start={PREFIX}{token}"


async def invite(deps: Deps, heard: Heard, wanted: str) -> Answer | None:
    """/invite: links for everybody in the speaker's areas who has not joined; with a name for that person alone."""
    by = deps.person_of(heard.speaker.telegram)
    if not areas_to_set_up(deps.district, by):
        return Answer.of("invite_not_yours")
    own = people_to_invite(deps, by)
    found = [one for one in own if wanted in (one.id, one.name)] if wanted else _without_account(own)
    if not found:
        return Answer.of("invite_nobody", name=wanted) if wanted else Answer.of("invite_all_here")
    now = deps.now()
    async with deps.store.unit(heard.cause) as unit:
        if not await can_write(unit, heard.speaker.telegram):
            return Answer.of("invite_in_private")
        links = [await unit.invitations.issue(one.id, by, now, now + GOOD_FOR) for one in found[:MOST]]
        await say(
            deps,
            unit,
            heard.speaker,
            key=f"invitations:{heard.cause}",
            template="invitations",
            data={
                "people": ",".join(one.person for one in links),
                "links": " ".join(link(deps, one.token) for one in links),
                "until": min(one.expires_at for one in links).isoformat(),
                "more": str(max(0, len(found) - MOST)),
            },
        )
        await unit.commit()
    return None if heard.private else Answer.of("shown_below")


def people_to_invite(deps: Deps, by: PersonId) -> list[Person]:
    """Return everybody with a post in an area that `by` may set up, in the order of the file."""
    areas = {area.code for area in areas_to_set_up(deps.district, by)}
    admin = any(post.role is Role.ADMIN for post in deps.district.posts_of(by))
    ids = dict.fromkeys(
        post.person for post in deps.district.posts if post.area in areas or (admin and post.area is None)
    )
    return [deps.district.people[one] for one in ids if one in deps.district.people]


def _without_account(people: list[Person]) -> list[Person]:
    return [one for one in people if one.telegram is None]


async def offered(deps: Deps, cause: int, speaker: Speaker, token: str) -> None:
    """Somebody opened a link: ask whether they are the one it is for, or say why it does not work."""
    async with deps.store.unit(cause) as unit:
        await unit.contacts.see(speaker.telegram, speaker.name, speaker.language)
        await unit.contacts.set_started(speaker.telegram, True)
        found = await unit.invitations.get(token)
        wrong = _wrong(deps, found, speaker)
        if wrong is None and found is not None:
            data = {"person": found.person, "token": token, "posts": _posts(deps, found.person, speaker)}
            await say(deps, unit, speaker, key=f"join:{cause}", template="join", data=data)
        elif found is not None and found.used_by == speaker.telegram:
            await say(deps, unit, speaker, key=f"welcome:{cause}", template="welcome_staff")
        else:
            await say_line(deps, unit, speaker, f"join:{cause}", wrong or "invite_unknown")
        await unit.commit()


def _wrong(deps: Deps, found: Invitation | None, speaker: Speaker) -> str | None:
    """Return the phrase that says why a link does not work for this speaker."""
    if found is None or found.person not in deps.district.people:
        return "invite_unknown"
    if found.used_by is not None:
        return "invite_used"
    if found.expires_at <= deps.now():
        return "invite_over"
    member = deps.district.by_telegram(speaker.telegram)
    if member is not None and member.id != found.person:
        return "invite_for_another"
    if deps.directory.file.people[found.person].telegram is not None:
        return "invite_in_file"
    return None


def _posts(deps: Deps, person: PersonId, speaker: Speaker) -> str:
    return posts(deps.district, person, deps.language_of("", speaker.language))


async def answered(deps: Deps, tap: Tap) -> Answer:
    """ "That is me" or "not me" under an invitation: `ref` is the token, `arg` yes or no."""
    speaker = tap.speaker
    async with deps.store.look() as unit:
        found = await unit.invitations.get(tap.ref)
    wrong = _wrong(deps, found, speaker)
    if found is None or wrong is not None:
        return Answer.of(wrong or "invite_unknown", alert=True)
    if tap.arg != "yes":
        return Answer.of("invite_not_me", alert=True)
    before = deps.telegram_of(found.person)
    try:
        async with deps.store.unit(tap.cause) as unit:
            if not await unit.invitations.use(tap.ref, speaker.telegram, deps.now()):
                return Answer.of("invite_used", alert=True)
            await unit.joined.join(found.person, speaker.telegram, deps.now())
            await adopt(unit, speaker.telegram, found.person, deps.now())
            await say(
                deps,
                unit,
                speaker,
                key=f"welcome:{tap.cause}",
                template="welcome_staff",
                data={
                    "name": deps.district.people[found.person].name,
                    "posts": _posts(deps, found.person, speaker),
                },
            )
            data = {"person": found.person, "account": speaker.name}
            await write_to(deps, unit, found.issued_by, key=f"joined:{tap.ref}", template="joined", data=data)
            if before is not None and before != speaker.telegram:
                text = phrase("moved_account", deps.language_of(found.person))
                await unit.outbox.post(
                    key=f"left:{tap.ref}",
                    chat=before,
                    template="answer",
                    language=deps.language_of(found.person),
                    data={"text": text},
                    priority=Priority.NOTICE,
                )
            await unit.commit()
    except Conflict:  # the account has joined as somebody else in the meantime
        return Answer.of("invite_for_another", alert=True)
    await deps.directory.refresh(deps.store)
    return Answer.of("welcome_toast")
