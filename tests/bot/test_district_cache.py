"""The district file as it was read last time: the same as reading it, never in the way."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import district_cache
from bot.district import DistrictError, load_district
from bot.district_cache import beside, load_cached
from bot.settings import load_settings
from parsing import load_catalogue

SAMPLE = Path("bot/samples/nanhu.yaml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    copy = tmp_path / "district.yaml"
    copy.write_bytes(SAMPLE.read_bytes())
    return copy


def test_what_was_kept_is_what_was_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = file.with_name("cache")
    read = load_cached(file, load_catalogue(), place)
    assert read == load_district(file, load_catalogue())
    monkeypatch.setattr(district_cache, "load_district", lambda *_: pytest.fail("the file was read again"))
    again = load_cached(file, load_catalogue(), place)
    assert again == read
    assert list(again.district.areas) == list(read.district.areas)
    assert list(again.services.by_code) == list(read.services.by_code)


def test_a_changed_file_is_read_anew(file: Path) -> None:
    place = file.with_name("cache")
    load_cached(file, load_catalogue(), place)
    file.write_text(file.read_text(encoding="utf-8").replace("示例区", "另一区"), encoding="utf-8")
    assert load_cached(file, load_catalogue(), place).district.name == "另一区"
    file.write_text("areas: nonsense", encoding="utf-8")
    with pytest.raises(DistrictError):
        load_cached(file, load_catalogue(), place)


def test_another_program_reads_it_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = file.with_name("cache")
    load_cached(file, load_catalogue(), place)
    before = place.read_bytes()
    monkeypatch.setattr(district_cache, "_program", lambda: b"another")
    load_cached(file, load_catalogue(), place)
    assert place.read_bytes().partition(b"\n")[0] != before.partition(b"\n")[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: b"",
        lambda kept: kept[: len(kept) // 2],
        lambda kept: kept.replace(b"tu", b"ut"),
        lambda kept: kept.partition(b"\n")[0] + b"\n" + json.dumps({"head": []}).encode(),
        lambda kept: b"\x80\x04nonsense",
    ],
)
def test_a_spoilt_cache_is_no_trouble(file: Path, spoil: Callable[[bytes], bytes]) -> None:
    place = file.with_name("cache")
    read = load_cached(file, load_catalogue(), place)
    place.write_bytes(spoil(place.read_bytes()))
    assert load_cached(file, load_catalogue(), place) == read
    assert load_cached(file, load_catalogue(), place) == read


def test_where_nothing_can_be_kept_the_file_is_read(file: Path, tmp_path: Path) -> None:
    read = load_district(file, load_catalogue())
    (tmp_path / "folder").mkdir()
    for place in (tmp_path / "nowhere" / "cache", tmp_path / "folder", Path("/proc/cache")):
        assert load_cached(file, load_catalogue(), place) == read
    assert sorted(one.name for one in tmp_path.iterdir()) == ["district.yaml", "folder"]


def test_it_lives_beside_the_database_else_beside_the_file(tmp_path: Path) -> None:
    district = tmp_path / "d.yaml"
    lite = load_settings({}, database_url=f"sqlite+aiosqlite:///{tmp_path}/g.db", district=district)
    other = load_settings({}, database_url="postgresql+asyncpg://host/name", district=district)
    assert beside(lite) == tmp_path / "g.db.district-cache"
    assert beside(other) == tmp_path / "d.yaml.district-cache"
