"""Answers in words: a toast for a tap, one private line for a command."""

from handlers.actions.people import reply
from handlers.deps import Deps
from handlers.heard import Answer, Heard, Speaker
from messages import phrase
from messages.lane_filters import department_name
from messages.people import staff
from messages.phrases import named_facts


def worded(deps: Deps, speaker: Speaker, answer: Answer) -> str:
    """Return the answer in the speaker's language, at most 200 characters."""
    language = deps.language_of(deps.person_of(speaker.telegram), speaker.language)
    facts = dict(answer.facts)
    person = facts.pop("person", None)
    if person is not None:
        facts["name"] = staff(deps.district, person, language) or ""
    if "departments" in facts:
        names = [department_name(deps.district, code) for code in facts["departments"].split(",") if code]
        facts["departments"] = ("、" if language == "zh" else ", ").join(names)
    return phrase(answer.key, language, **named_facts(facts, language, deps.district.words))


async def answer_privately(deps: Deps, said: Heard, answer: Answer) -> None:
    """Answer a message with one line for its sender alone."""
    text = worded(deps, said.speaker, answer)
    await reply(deps, said.cause, said.speaker, text, said.chat, said.message, said.thread)
