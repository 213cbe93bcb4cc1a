"""Which buttons stand under which message. Nobody is shown a button that would be refused."""

from collections.abc import Iterable

from messages import bulletin_buttons, choice_buttons, lane_buttons
from messages.callbacks import LONGEST_DATA, Press, View, choose
from messages.phrases import phrase
from messages.scene import LANGUAGES, Button, Rows, Scene
from messages.text import cut
from tickets.actions import Action
from tickets.home import ANEW, short_name
from tickets.lane import WhistleState
from tickets.model import Ending, Status, Ticket
from tickets.notices import NoticeKind
from tickets.outcome import Mark
from tickets.rating import NOTHING_TO_RATE, may_rate
from tickets.roster import AreaCode, Role
from tickets.service import DeadlineClass

A = Action
_WIDTH = 3
FEW = 8
_MOST = 12
"""Buttons of one list."""

_STAFF = (
    *(A.GRANT, A.DENY),
    *(A.ADVISE, A.TAKE, A.RESUME, A.APPROVE, A.SEND_BACK),
    *(A.FINISH, A.ASK, A.PASS_ON, A.CONSULT, A.WHISTLE, A.HOLD, A.EXTEND, A.MAKE_DO, A.REJECT, A.CORRECT),
)
_NEW = (A.TAKE, A.ASK, A.PASS_ON, A.CONSULT, A.WHISTLE, A.FINISH, A.HOLD, A.REJECT, A.CORRECT, A.ADVISE)
_YES_NO = (A.CONFIRM, A.DISPUTE)

_UNDER_NOTICE: dict[str, tuple[Action, ...]] = {
    NoticeKind.RESULT: _YES_NO,
    NoticeKind.REMIND_TAKE: (A.TAKE, A.PASS_ON),
    NoticeKind.REPEAT_LIFE: (A.TAKE,),
    NoticeKind.NOT_TAKEN: (A.TAKE, A.PASS_ON),
    NoticeKind.REMIND_DONE: (A.FINISH, A.EXTEND, A.HOLD, A.ASK),
    NoticeKind.EXTENSION_WANTED: (A.GRANT, A.DENY),
    NoticeKind.OVERDUE: (A.TAKE, A.FINISH, A.HOLD, A.PASS_ON),
    NoticeKind.ANSWERED: (A.FINISH, A.ASK),
    NoticeKind.NO_ANSWER: (A.ASK, A.FINISH, A.HOLD),
    NoticeKind.ADVISED: (A.FINISH, A.ASK),
    NoticeKind.REVIEW_WANTED: (A.APPROVE, A.SEND_BACK),
    NoticeKind.SENT_BACK: (A.FINISH, A.ASK, A.HOLD),
    NoticeKind.REOPENED: (A.FINISH, A.ASK, A.PASS_ON),
    NoticeKind.RESUMED: (A.FINISH, A.ASK, A.HOLD),
    NoticeKind.STILL_OPEN: (A.TAKE, A.FINISH, A.HOLD, A.PASS_ON),
    NoticeKind.PASSED_ON: (A.TAKE, A.PASS_ON),
    NoticeKind.DECIDE: (A.TAKE, A.PASS_ON),
    NoticeKind.MISSED: (A.TAKE, A.PASS_ON),
    NoticeKind.LAPSED: (A.TAKE, A.PASS_ON),
    NoticeKind.RELIEVED: (A.TAKE, A.PASS_ON),
    NoticeKind.LIFE_ABOVE: (A.TAKE,),
    NoticeKind.CHECK_WANTED: (A.APPROVE, A.SEND_BACK),
    NoticeKind.LASTS: _YES_NO,
}


_LASTS = {
    A.CONFIRM: "button.lasts",
    A.DISPUTE: "button.lasts_not",
    A.APPROVE: "button.lasts",
    A.SEND_BACK: "button.lasts_not",
}
"""What yes and no are called when something is looked at again."""

_ABOUT_OTHERS = frozenset({NoticeKind.OVERDUE, NoticeKind.STILL_OPEN, NoticeKind.REOPENED})
"""Whoever leads reads these about somebody else's work: taking it over or giving it on is all there is to press."""

_ASSIGNS = frozenset(
    {
        *_ABOUT_OTHERS,
        NoticeKind.NOT_TAKEN,
        NoticeKind.DECIDE,
        NoticeKind.MISSED,
        NoticeKind.LAPSED,
        NoticeKind.RELIEVED,
        NoticeKind.LIFE_ABOVE,
    }
)


def rows(kind: str, language: str, scene: Scene) -> Rows:
    """Return the rows of buttons under a message of `kind`."""
    ticket = scene.ticket
    if kind in _OWN:
        return _OWN[kind](language, scene)
    if ticket is None:
        return ()
    assigns = kind in _ASSIGNS or scene.reader not in ticket.offered
    marks = _marks(language, scene) if rateable(kind, scene) else ()
    presses = _presses(_order(kind, ticket, scene), language, scene, ticket, assigns)
    return (*marks, *_filled(presses, _besides(kind, language, scene)))


def _order(kind: str, ticket: Ticket, scene: Scene) -> tuple[Action, ...]:
    if kind in (NoticeKind.GROUP_CARD, NoticeKind.REPORTER_CARD) and ticket.rest is not None:
        return _YES_NO if ticket.rest.asked else (A.DISPUTE,)
    if kind == NoticeKind.GROUP_CARD:
        return _YES_NO if ticket.open else _still_wrong(ticket)
    if kind == NoticeKind.REPORTER_CARD:
        return (*_YES_NO, A.WITHDRAW) if ticket.open else _still_wrong(ticket)
    if kind == NoticeKind.CLOSED:
        return _still_wrong(ticket)
    if kind == NoticeKind.STAFF_CARD:
        if is_bystander(scene, ticket):
            return ()
        if ticket.rest is not None:
            return (A.APPROVE, A.SEND_BACK) if ticket.rest.asked else (A.RESUME,)
        return _NEW if ticket.status is Status.FILED else _STAFF
    if kind in _ABOUT_OTHERS and scene.reader != ticket.handler:
        return (A.TAKE, A.PASS_ON)
    return _UNDER_NOTICE.get(kind, ())


def rateable(kind: str, scene: Scene) -> bool:
    """Whether the reader is asked how content he is: once it is over, and in the group only until it was said."""
    ticket = scene.ticket
    if ticket is None or A.RATE not in scene.actions or not may_rate(ticket, scene.now):
        return False
    if kind == NoticeKind.GROUP_CARD:
        return ticket.rating is None and not ticket.unanswered
    return kind in (NoticeKind.CLOSED, NoticeKind.REPORTER_CARD)


def is_bystander(scene: Scene, ticket: Ticket) -> bool:
    """Whether somebody else has it and the reader was only asked: such a card shrinks to a line.

    A specialist goes on seeing what he may give advice on; everybody who leads goes on seeing everything.
    """
    reader = scene.reader
    if ticket.handler is None or reader is None or reader == ticket.handler:
        return ticket.handler is None and reader in {refusal.person for refusal in ticket.refusals}
    leads = {*ticket.route.leaders, *(boss for level in ticket.route.above for boss in level), *ticket.reviewers}
    if reader in leads or any(consult.person == reader for consult in ticket.consults):
        return False
    specialist = any(post.role is Role.SPECIALIST for post in scene.district.posts_of(reader))
    return not (specialist and A.ADVISE in scene.actions)


def _still_wrong(ticket: Ticket) -> tuple[Action, ...]:
    """After the end only who never answered is asked again; a resident's own yes stands."""
    return (A.DISPUTE,) if ticket.unanswered else ()


def _to_oneself(action: Action, scene: Scene, ticket: Ticket) -> bool:
    """Nobody advises himself, and whoever found something himself has nobody to ask about it."""
    return scene.reader == ticket.handler and (action is A.ADVISE or (ticket.own and action in (A.ASK, A.TELL)))


def _presses(order: Iterable[Action], language: str, scene: Scene, ticket: Ticket, assigns: bool) -> Rows:
    return _table(
        [
            Button(
                _label(action, ticket, language, assigns=assigns),
                Press(ticket=ticket.id, action=action, version=ticket.version).pack(),
            )
            for action in order
            if action in scene.actions and _makes_sense(action, scene, ticket)
        ]
    )


_PRESSING = (DeadlineClass.LIFE, DeadlineClass.URGENT)
_PLAIN = (A.REJECT, A.CORRECT)


def _no_use(action: Action, ticket: Ticket) -> bool:
    """Whether a button would be of no use: a second whistle while one waits, making do without a decision to come.

    Before anybody has it, only what is pressing is whistled for: the card has to fit a phone. With departments at work
    nobody says any more that it is no request, or another service.
    """
    busy = any(lane.open for lane in ticket.lanes)
    waits = ticket.whistle is not None and ticket.whistle.state is WhistleState.ASKED
    early = ticket.status is Status.FILED and ticket.deadline_class not in _PRESSING
    if action is A.WHISTLE:
        return waits or early or ticket.deadline_class is DeadlineClass.ADVICE
    return (action is A.MAKE_DO and not (busy or waits)) or (busy and action in _PLAIN)


def _makes_sense(action: Action, scene: Scene, ticket: Ticket) -> bool:
    """More time is asked for before it is over, and while no department has a time of its own; the rest see above."""
    if action is A.EXTEND:
        return ticket.done_by is not None and ticket.done_by > scene.now and not any(lane.open for lane in ticket.lanes)
    return not _to_oneself(action, scene, ticket) and not _no_use(action, ticket)


def _label(action: Action, ticket: Ticket, language: str, *, assigns: bool = False) -> str:
    """Return what the button of an action says on this ticket; `assigns` = the reader gives it to others."""
    if ticket.rest is not None and ticket.rest.asked and action in _LASTS:
        return phrase(_LASTS[action], language)
    if ticket.ending in (Ending.SHELVED, Ending.HANDED_OVER) and action in _YES_NO:
        return phrase("button.agree" if action is A.CONFIRM else "button.disagree", language)
    if action is A.FINISH and ticket.deadline_class is DeadlineClass.ADVICE:
        return phrase("button.finish_advice", language)
    if action is A.PASS_ON and ticket.status is Status.FILED and not assigns:
        return phrase("button.pass_on_new", language)
    return phrase(f"button.{action.value}", language)


def _besides(kind: str, language: str, scene: Scene) -> tuple[Button, ...]:
    """What is said of a ticket without being a step of its own: how it ends otherwise, and who shall not be known."""
    ticket = scene.ticket
    if ticket is None:
        return ()
    ends = kind == NoticeKind.STAFF_CARD and A.FINISH in scene.actions and ticket.handler == scene.reader
    hides = kind == NoticeKind.REPORTER_CARD and A.HIDE in scene.actions and not ticket.hidden and ticket.private
    wanted = [what for what, shown in (("end", ends), ("hide", hides)) if shown]
    return tuple(Button(phrase(f"button.{what}", language), choose(what, str(ticket.id))) for what in wanted)


def _filled(rows_: Rows, more: tuple[Button, ...]) -> Rows:
    """Put further buttons into the last row, as long as there is room."""
    if not more:
        return rows_
    if rows_ and len(rows_[-1]) + len(more) <= _WIDTH:
        return (*rows_[:-1], (*rows_[-1], *more))
    return (*rows_, more)


def _marks(language: str, scene: Scene) -> Rows:
    return choice_buttons.picks(
        [(mark.value, phrase(f"mark.{mark}", language)) for mark in Mark], A.RATE, scene, width=_WIDTH
    )


def _table(buttons: list[Button]) -> Rows:
    """Rows of three; four are two and two."""
    width = 2 if len(buttons) == 4 else _WIDTH
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def _link(language: str, scene: Scene) -> Rows:
    url = scene.data.get("url", "")
    return ((Button(phrase("button.open_chat", language), url=url),),) if url else ()


def _digest(language: str, scene: Scene) -> Rows:
    if scene.digest is None:
        return ()
    looks = (("late", bool(scene.digest.late)), ("all", scene.digest.open > 0))
    found = tuple(
        Button(phrase(f"button.view_{what}", language), data)
        for what, any_ in looks
        if any_ and (data := _view(what, scene.digest.area))
    )
    return (found,) if found else ()


def _view(what: str, ref: str) -> str | None:
    """An area's code may be longer than a button holds; then there is the command, and no button."""
    if View.__separator__ in ref or len(f"v1:{what}:{ref}".encode()) > LONGEST_DATA:
        return None
    return View(what=what, ref=ref).pack()


def _areas(language: str, scene: Scene) -> Rows:
    """The areas a group may be bound to, one a row: their names are long."""
    chat = scene.data.get("chat", "")
    codes_ = (code for code in scene.data.get("areas", "").split(",") if code in scene.district.areas)
    found = ((scene.district.areas[code].name, choose("bind", code, chat)) for code in codes_)
    return tuple((Button(cut(name, 40), data),) for name, data in found if data is not None)


def _me(language: str, scene: Scene) -> Rows:
    pairs = (("that_is_me", "yes"), ("not_me", "no"))
    found = ((name, choose("join", scene.data.get("token", ""), arg)) for name, arg in pairs)
    return (tuple(Button(phrase(f"choice.{name}", language), data) for name, data in found if data is not None),)


def _homes(language: str, scene: Scene) -> Rows:
    """The areas somebody may live in, one a row; of many the short names, two a row."""
    draft = scene.data.get("draft", "0")
    codes_ = (code for code in scene.data.get("areas", "").split(",") if code in scene.district.areas)
    areas = [scene.district.areas[code] for code in codes_]
    if len(areas) <= FEW:
        return tuple((button,) for one in areas if (button := _home(one.name, one.code, draft)) is not None)
    short = [_home(short_name(scene.district, one), one.code, draft) for one in areas]
    return _pairs([button for button in short if button is not None])


def _home(name: str, code: AreaCode, draft: str) -> Button | None:
    data = choose("home", code, draft)
    return Button(cut(name, 40), data) if data is not None else None


def _pairs(buttons: list[Button]) -> Rows:
    return tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))


def _who(language: str, scene: Scene) -> Rows:
    """In the group a way to the map, in private a way to say that one lives elsewhere."""
    if scene.data.get("group"):
        label, url = "see_map" if scene.data["group"] == "map" else "open_chat", scene.data.get("link", "")
        return ((Button(phrase(f"button.{label}", language), url=url),),) if url else ()
    return ((Button(phrase("button.change_home", language), choose("home", ANEW, "0")),),)


def _mine(language: str, scene: Scene) -> Rows:
    """One button for each matter that can be looked at again."""
    shown = (one for one in scene.tickets if one.open or one.ending not in NOTHING_TO_RATE)
    found = ((f"〔{one.id}〕", choose("mine", str(one.id))) for one in shown)
    return _table([Button(name, data) for name, data in found if data is not None][:_MOST])


def _forget(language: str, scene: Scene) -> Rows:
    return (tuple(Button(phrase(f"choice.forget_{one}", language), choose("forget", one)) for one in ("yes", "no")),)


def _languages(language: str, scene: Scene) -> Rows:
    """Each language by its own name: whoever looks for it may read no other."""
    return (tuple(Button(phrase("own.language", one), choose("language", one)) for one in LANGUAGES),)


_OWN = {
    "no_grid": _homes,
    "who": _who,
    "my_tickets": _mine,
    "forget": _forget,
    "language": _languages,
    "pick_area": _areas,
    "join": _me,
    "doorbell": _link,
    "digest": _digest,
    **choice_buttons.OWN,
    **bulletin_buttons.OWN,
    **lane_buttons.OWN,
}
