"""What a ticket has taught: the last word counts, and it goes when its reporter wishes to be forgotten."""

from storage import Example, Store
from tests.storage.samples import GRID, NOW, keep, later


async def test_examples_are_kept_replaced_and_forgotten(store: Store) -> None:
    one, two = await keep(store), await keep(store)
    first = Example(one.id, "3栋楼道灯坏了\x00", "streetlight", GRID, NOW)
    async with store.unit() as unit:
        assert await unit.examples.count() == 0
        await unit.examples.keep(first)
        await unit.examples.keep(Example(two.id, "煤气味很大", "gas_leak", GRID, NOW, danger=True))
        await unit.examples.keep(Example(one.id, "笑死我了", None, GRID, later(hours=1)))
        await unit.commit()
    async with store.look() as unit:
        assert await unit.examples.all() == [
            Example(one.id, "笑死我了", None, GRID, later(hours=1)),
            Example(two.id, "煤气味很大", "gas_leak", GRID, NOW, danger=True),
        ]
    async with store.unit() as unit:
        assert await unit.examples.forget([]) == 0
        assert await unit.examples.forget([one.id, 9999]) == 1
        await unit.commit()
    async with store.look() as unit:
        assert [found.ticket for found in await unit.examples.all()] == [two.id]
