"""Notices to groups: the longest one fits with everything around it, and every place can be reached by buttons."""

from dataclasses import replace

import pytest

from messages import LANGUAGES, Rendered, Scene, render
from messages.fit import CAPTION, LONGEST, length, plain
from messages.sample_bulletins import bulletin
from messages.samples import scene
from tests.messages.telegram_html import check
from tickets.bulletin import MOST_CAPTION, MOST_WORDS, Progress, Stage, Tally, grids_in, sheet, too_long
from tickets.roster import Area, District, Post, Role


def city(communities: int, grids: int, name: str = "湘河社区") -> District:
    """A street with so many communities of so many grids each; its supervisor is `li`."""
    areas = [Area("s", "湘河街道", "street", chat=-1)]
    for number in range(communities):
        areas.append(Area(f"s.c{number}", f"{name}{number}", "community", "s", chat=-100 - number))
        for grid in range(grids):
            code = f"s.c{number}.g{grid}"
            areas.append(
                Area(code, f"{name}第{number}第{grid}网格", "grid", f"s.c{number}", chat=-1000 * number - grid - 1)
            )
    home = scene().district
    return replace(home, areas={area.code: area for area in areas}, posts=(Post("li", "s", Role.SUPERVISOR),))


def shown(kind: str, district: District, *, caption: bool = False, language: str = "zh", **facts: object) -> Rendered:
    one = bulletin(**{"area": "s", "areas": grids_in(district, "s"), **facts})
    failed = tuple((code, "gone") for code in one.areas[: len(one.areas) // 2])
    done = Progress(len(one.areas), len(one.areas) - len(failed), failed, unpinned=one.areas)
    made: Scene = replace(scene(None, "li"), district=district, sheet=sheet(district, one, Tally(99999, 99999), done))
    return render(kind, language, made, caption=caption)


def labels(made: Rendered) -> list[str]:
    return [button.text for row in made.buttons for button in row]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("caption", [False, True])
def test_the_longest_notice_fits(language: str, stage: Stage, caption: bool) -> None:
    most = MOST_CAPTION if caption else MOST_WORDS
    text = "停<" * (most // 2)
    assert not too_long(text, captioned=caption)
    assert too_long(f"{text}停", captioned=caption) == 1
    district = city(12, 30, "一个名字特别特别长的社区居民委员会")
    # Half of the grids, so that none of the names can be put into one word.
    some = grids_in(district, "s")[::2]
    group = shown("bulletin", district, caption=caption, language=language, text=text)
    card = shown(
        "bulletin_card", district, caption=caption, language=language, text=text, areas=some, stage=stage, note="late",
        at=scene().now, begun_at=scene().now, skipped=some,
    )  # fmt: skip
    for made in (group, card):
        check(made.html)
        assert length(made.html) <= (CAPTION if caption else LONGEST)
    assert text in plain(group.html)
    assert (text in plain(card.html)) == (stage is Stage.DRAFT), "the preview is the whole of it"


def test_every_place_is_reached_page_by_page() -> None:
    district = city(20, 11)
    top = shown("bulletin_card", district, view="where")
    assert labels(top)[:3] == ["✓ 湘河街道全部居民群", "湘河街道的工作群", "✓ 湘河社区0 ›"]
    assert labels(top)[-2:] == ["下一页", "选好了"]
    seen: list[str] = []
    page = 0
    while True:
        made = shown("bulletin_card", district, view=f"where=s={page}")
        seen += [label.removeprefix("✓ ") for label in labels(made) if label.endswith("›")]
        if "下一页" not in labels(made):
            break
        page += 1
    assert seen == [f"湘河社区{number} ›" for number in range(20)]
    deeper = shown("bulletin_card", district, view="where=s.c3", areas=("s.c3.g1",))
    assert "✓ 湘河社区第3第1网格" in labels(deeper)
    assert "湘河社区第3第2网格" in labels(deeper)
    assert labels(deeper)[-3:] == ["下一页", "上一级", "选好了"]
    assert "1/11 湘河社区3 ›" in labels(shown("bulletin_card", district, view="where", areas=("s.c3.g1",)))


def test_a_code_too_long_for_a_button_costs_only_that_button() -> None:
    district = city(1, 2)
    long = Area("s.c0." + "x" * 60, "远", "grid", "s.c0", chat=-77)
    district = replace(district, areas={**district.areas, long.code: long})
    found = labels(shown("bulletin_card", district, view="where=s.c0", areas=()))
    assert "远" not in found
    assert "湘河社区0全部居民群" in found, "it can still be chosen with the others"
