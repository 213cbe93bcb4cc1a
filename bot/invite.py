"""`gridbot invite`: a link for everybody who has not joined, as a list and as a sheet of QR codes to print."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

import segno

from bot.check_live import introduced
from bot.district import load_district
from bot.settings import Settings
from handlers.actions.joining import GOOD_FOR, PREFIX
from handlers.directory import Directory
from messages.people import posts
from parsing import load_catalogue
from storage import open_store
from tickets.roster import District, Person


class InviteError(Exception):
    """Nobody can be invited; the text says what helps."""


@dataclass(frozen=True)
class Link:
    """One person's link."""

    person: Person
    posts: str
    url: str
    until: datetime


async def invitations(settings: Settings, wanted: tuple[str, ...], now: datetime) -> tuple[District, list[Link]]:
    """Issue a link for each of `wanted` (names or ids), else for everybody without an account.

    Raises InviteError, and what is wrong with settings, district file, database or Telegram.
    """
    loaded = load_district(settings.district, load_catalogue())
    me = await introduced(settings)
    store = await open_store(settings.database_url)
    try:
        await store.migrate()
        directory = Directory(loaded.district)
        await directory.refresh(store)
        district = directory.district
        people = _meant(directory, wanted)
        async with store.unit() as unit:
            links = [
                Link(
                    one,
                    posts(district, one.id, district.language),
                    f"https://t.me/{me.username}?start={PREFIX}{made.token}",
                    made.expires_at,
                )
                for one in people
                for made in [await unit.invitations.issue(one.id, "", now, now + GOOD_FOR)]
            ]
            await unit.commit()
    finally:
        await store.close()
    return district, links


def _meant(directory: Directory, wanted: tuple[str, ...]) -> list[Person]:
    district, file = directory.district, directory.file
    if not wanted:
        return [one for one in district.people.values() if one.telegram is None]
    unknown = [name for name in wanted if not any(name in (one.id, one.name) for one in district.people.values())]
    if unknown:
        raise InviteError(f"Nobody in the district file is called {', '.join(unknown)}; look at `people:` there")
    found = [one for one in district.people.values() if one.id in wanted or one.name in wanted]
    fixed = [one.name for one in found if file.people[one.id].telegram is not None]
    if fixed:
        raise InviteError(f"The district file gives the account of {', '.join(fixed)}; change `telegram:` there")
    return found


def listed(district: District, links: list[Link]) -> str:
    """Return the links as lines for a terminal."""
    if not links:
        return "大家都加入了，没有要发的邀请。" if district.language == "zh" else "Everybody has joined."
    until = f"{links[0].until:%Y-%m-%d}"
    head = (
        f"每个链接一个人用，用一次，{until} 前有效。请各自转给本人："
        if district.language == "zh"
        else f"Each link is for one person, once, until {until}. Send each to the person:"
    )
    return "\n".join([head, "", *(f"{one.person.name}  {one.posts}\n  {one.url}" for one in links)])


def sheet(district: District, links: list[Link], file: Path) -> None:
    """Write a page to print: one card a person, with name, posts and QR code. Raises OSError."""
    zh = district.language == "zh"
    title = f"{district.name} · 邀请" if zh else f"{district.name} · invitations"
    how = "用手机扫一扫，点“开始”，再点“是我”" if zh else "Scan it, press Start, then “That is me”"
    cards = "\n".join(
        f'<section><img alt="" src="{segno.make(one.url, error="m").svg_data_uri(scale=4)}">'
        f"<h2>{escape(one.person.name)}</h2><p>{escape(one.posts)}</p>"
        f"<small>{how}<br>{one.until:%Y-%m-%d}</small></section>"
        for one in links
    )
    file.write_text(
        f'<!doctype html><html lang="{district.language}"><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n<main>\n{cards}\n</main></html>\n",
        encoding="utf-8",
    )


_STYLE = (
    "body{font-family:sans-serif;margin:2em;color:#222}main{display:flex;flex-wrap:wrap;gap:1em}"
    "section{width:14em;border:1px solid #999;border-radius:.5em;padding:1em;text-align:center;break-inside:avoid}"
    "h1{font-size:1.2em}h2{font-size:1.1em;margin:.3em 0}p{margin:.3em 0}small{color:#555}img{width:11em}"
)
