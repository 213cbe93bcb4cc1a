"""A desk at which district files are written and read back."""

from pathlib import Path

import pytest

from bot.district import DistrictError, Loaded, load_district
from tickets.service import DeadlineClass, Service, Services


def _service(code: str, *route: tuple[str, ...]) -> Service:
    return Service(code, "group", code, code, route, DeadlineClass.ORDINARY)


CATALOGUE = Services(
    {
        service.code: service
        for service in (
            _service("garbage", ("worker",)),
            _service("legal_advice", ("lawyer",)),
            _service("fire", ("police", "worker", "leader")),
            _service("medical_advice", ("doctor", "worker")),
            _service("school", ("teacher",), ("worker",)),
            _service("dispute", ("mediator",)),
        )
    }
)

SMALL = """\
name: 小区
language: en
areas:
  - {code: d, name: District, level: district}
  - {code: g, name: Grid, level: grid, parent: d}
people:
  - {id: tu, name: 屠甲}
posts:
  - {person: tu, area: g, role: worker}
  - {person: tu, area: g, role: leader}
"""


class Desk:
    """Writes a district file and reads it back."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "district.yaml"

    def load(self, text: str | bytes) -> Loaded:
        self.path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_district(self.path, CATALOGUE)

    def mistakes(self, text: str | bytes) -> list[str]:
        """Return `line: text` of each mistake."""
        with pytest.raises(DistrictError) as caught:
            self.load(text)
        return [self.short(line) for line in caught.value.lines]

    def short(self, line: str) -> str:
        assert line.startswith(f"{self.path}:")
        return line.removeprefix(f"{self.path}:").strip()

    def one(self, text: str | bytes) -> str:
        """Return the only mistake."""
        told = self.mistakes(text)
        assert len(told) == 1, told
        assert ";" in told[0] or "；" in told[0], "no remedy"
        return told[0]

    def warnings(self, text: str) -> list[str]:
        return [self.short(line) for line in self.load(text).warnings]
