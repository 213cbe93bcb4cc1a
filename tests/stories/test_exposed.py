"""Private numbers in the group: the sender alone is told, once, that everybody can read them; nothing is deleted."""

from tests.parsing.test_sensitive import CARD as BANK_CARD
from tests.parsing.test_sensitive import IDENTITY
from tests.stories.conftest import Staging
from tests.stories.theatre import GRID1, Play

HINT = "群里的人都看得到"


async def test_the_sender_of_private_numbers_is_told_alone(play: Play) -> None:
    """A number in plain talk, numbers in a request, an edit of it: one private line each, and nothing in the group."""
    gu, lin, tu = play.people("顾阿姨", "林小满", "tu")
    gu.starts()
    await play.until_quiet()
    said = gu.says(f"群主，我身份证{IDENTITY}，团购要的")
    await gu.reads("您刚才在群里写了身份证号", HINT, "长按那条消息就能删掉")
    play.world.edit(gu.telegram, GRID1, said, f"群主，我身份证 {IDENTITY}，团购要的哈")
    await play.until_quiet()
    assert sum(HINT in text for text in gu.received()) == 1
    assert await play.no_ticket()
    assert play.group_heard() == []

    lin.says(f"3栋楼道灯坏了，粤B12345挡着梯子，打我13800138000，隔壁老王有艾滋病，卡号{BANK_CARD}")
    told = await lin.sees(HINT)
    assert told.ephemeral_for == lin.telegram
    assert all(word in told.text for word in ("电话号码", "银行卡号", "一个人的病情"))
    assert "车牌" not in told.text
    assert "不影响办理" in told.text
    card = await tu.asked_to("take", "〔1001〕")
    assert "粤B12345" in card.text
    assert not [word for word in ("13800138000", BANK_CARD) if word in card.text]
    await play.until_quiet()
    heard = "\n".join(play.group_heard())
    assert "〔1001〕" in heard
    assert not [word for word in (IDENTITY, "13800138000", BANK_CARD, "粤B12345", "艾滋病", HINT) if word in heard]
    assert any(one.id == said for one in play.world.messages(GRID1))


async def test_where_nobody_can_be_told_alone_nothing_is_said(staging: Staging) -> None:
    """A bell in the group would show everybody where to look."""
    async with staging(bot_status="member") as play:
        gu = play.person("顾阿姨")
        gu.says(f"群主，我身份证{IDENTITY}，团购要的")
        await play.until_quiet()
        assert play.group_heard() == []
        gu.starts()
        await gu.reads("小帮手")
        await play.until_quiet()
        assert len(gu.received()) == 1
