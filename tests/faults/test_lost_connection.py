"""PostgreSQL cuts every connection: locks are lost and held again, nothing is doubled and nobody has to start us."""

import pytest
from sqlalchemy.engine import make_url

from handlers.web.vitals import Role
from tests.conftest import Postgres
from tests.stories.theatre import playing

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = '{}'"


@pytest.mark.timeout(180)
async def test_every_connection_is_cut_again_and_again(postgres_url: str, postgres_server: Postgres) -> None:
    database = make_url(postgres_url).database or ""
    async with playing(postgres_url) as play:
        gu, tu = play.people("顾阿姨", "tu")
        gu.says("3栋楼道灯坏了")
        await gu.sees("〔1001〕")
        vitals = play.service.front.vitals
        roles: list[tuple[Role, Role]] = []
        for number, words in ((1002, "5栋门口井盖松了"), (1003, "7栋门口垃圾堆了两天没人收")):
            since = vitals.listener_since
            await postgres_server.run(CUT.format(database))
            gu.says(words)
            while vitals.listener_since == since:  # until the lock is lost
                await play.rehearsal.state.changed(0.2)
            await gu.sees(f"〔{number}〕")
            await tu.asked_to("take", f"〔{number}〕")
            await play.until_quiet()
            roles.append((vitals.listener, vitals.speaker))
        assert roles == [(Role.WORKING, Role.WORKING)] * 2
        assert await play.no_ticket(1004)
        for number in (1001, 1002, 1003):
            assert play.most_live_cards(f"〔{number}〕") == 1
        await tu.taps(await tu.asked_to("take", "〔1003〕"), "take")
        assert (await play.ticket(1003)).handler == "tu"
