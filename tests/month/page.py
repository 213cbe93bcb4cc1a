"""docs/month.md: what was played, under which conditions, and the table of what was found."""

from pathlib import Path

from tests.month.account import Account, report

PAGE = Path("docs/month.md")
SHOWN = 20


def write_page(account: Account, parts: int, grain: int, today: str, page: Path = PAGE) -> None:
    """Write the page of one run."""
    found = "\n".join(f"* {what}" for what in account.wrong[:SHOWN]) or "None."
    page.write_text(
        f"""# A month of a town like Tongzhou

Written by `make prove` (alone: `python -m tests.prove --only month`); this run is of {today}, seed {account.seed}.
It plays {account.matters:,} matters in {account.grids:,} grids and {account.days} days of August, and ten days more.
The article's own month has 21,816 matters in 1,030 grids: as many a grid. `make test` plays 300.

* The service is the real one, over the rehearsal server's sockets, on SQLite. The clock moves from one event to the
  next and stands at every {grain}th minute only, so what people do and what is due happens up to {grain} minutes late.
* Parts of the town, each with a bot and a database of its own, played at the same time: {parts}.
* Residents write the catalogue's own utterances, by class and by hour of the day, in the group or in private, one in
  eight with a picture. Three in five have a private chat with the bot. A third never says whether it is solved, one
  in ten says "not fixed" once or again and again, some take it back, some block the bot.
* Staff are prompt, slow, forgetful (they answer four messages in ten) or silent; they refuse, pass on, ask, consult,
  put on hold, take and forget; leaders review, send back, or forget; some are on leave, some block the bot, some
  have never pressed Start. They know nothing but what their telephones show: every act is a tap or words to the bot.
* Lifted: Telegram's limits, on both sides (at twenty calls a minute a month takes days; how they are kept is proved in
  `docs/prove.md`), learning at night, and the disk: the database is in memory where there is a place for that.

## What was found

{report(account)}
"Done in time" is by the deadline that the ticket had at the end: what people were late with, the bot cannot mend; it
can only ask again, and others.

## What must never happen

Every ticket that is closed ended honestly: solved or explained with words of what was done, and with the resident's
own yes or after the time to answer; withdrawn by its reporter alone. Every open one is held by somebody who can be
reached, or is asked of and climbs to somebody who can, and has a next step. The auditor finds nothing, nothing is
queued for ever, no message failed but to those who blocked the bot, and no ticket ever had two live cards in its group.

{found}
""",
        encoding="utf-8",
    )
