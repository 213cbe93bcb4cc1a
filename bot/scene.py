"""The scenes of the demo: a short opening, and the main job from the first sentence to the supervisor's digest."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.actors import Actor
from bot.service import Service
from rehearsal import Rehearsal

SENTENCE = "3栋楼道灯坏了，老人昨天摔了一跤"
RESULT = "2单元三楼灯泡换好了，楼梯也擦干了"


@dataclass
class Scene:
    """A running service, its rehearsal, and what was shown of it so far."""

    rehearsal: Rehearsal
    service: Service
    bot: int
    shown: int = field(default=0)

    def actor(self, who: str) -> Actor:
        """Return a member of staff by id or a resident by name; they act in the first grid's group."""
        district = self.service.deps.district
        group = district.grids[0].chat or 0
        member = district.people.get(who)
        if member is not None and member.telegram is not None:
            return Actor(self.rehearsal.world, self.bot, group, member.telegram, member.name)
        user = next(one for one in self.rehearsal.state.users.values() if one.first_name == who)
        return Actor(self.rehearsal.world, self.bot, group, user.id, user.first_name)

    async def quiet(self) -> None:
        """Wait until the bot has nothing more to hear or to say."""
        await self.rehearsal.world.settled(quiet=0.3, timeout=30)

    def print_new(self) -> None:
        """Print what has been said since the last time, one message a block."""
        for event in self.rehearsal.world.history[self.shown :]:
            message = event.message
            if message is None or event.kind not in ("sent", "edited", "deleted"):
                continue
            chat = self.rehearsal.state.chats.get(event.chat_id or 0)
            group = chat.title if chat is not None and chat.title else ""
            reader = self.rehearsal.state.users.get(event.chat_id or 0)
            private = f"私聊 {reader.name}" if reader is not None else "私聊"
            mark = {"sent": "", "edited": "（改）", "deleted": "（删）"}[event.kind]
            print(f"  [{event.at:%H:%M} {group or private}] {message.sender.name}{mark}：")
            for line in message.text.splitlines():
                print(f"      {line}")
            for row in message.buttons:
                print("      " + " ".join(f"［{button.text}］" for button in row))
        self.shown = len(self.rehearsal.world.history)


async def opening_scene(scene: Scene) -> None:
    """Let the group have a little life before the newcomer arrives: one matter, reported and taken."""
    pan, tu = scene.actor("潘大伯"), scene.actor("tu")
    pan.says("早，菜场门口垃圾堆了两天了，味道有点大")
    card = await tu.reads("垃圾")
    await tu.taps(card, "接单")
    await scene.quiet()


async def main_scene(scene: Scene) -> int:
    """Play the main job and print it; return 0 only if every step happened."""
    gu, tu, fei, wang, li = (scene.actor(who) for who in ("顾阿姨", "tu", "fei", "wang", "li"))
    await scene.quiet()
    scene.shown = len(scene.rehearsal.world.history)

    async def reports() -> None:
        gu.starts()
        await gu.reads()
        gu.says(SENTENCE)
        await gu.sees("〔1001〕", "3栋楼道灯坏了")

    async def takes() -> None:
        await tu.taps(await tu.reads("〔1001〕", SENTENCE), "接单")
        await gu.sees("〔1001〕", "屠师傅")

    async def asks_the_doctor() -> None:
        await tu.taps(await tu.reads("〔1001〕", SENTENCE, without=("请专家看",)), "请专家")
        await tu.taps(await tu.reads("请哪一位"), "费医生")
        card = await fei.reads("〔1001〕")
        fei.tells("先别揉，能走就冰敷；还疼就来卫生服务站拍个片", reply_to=card.id)
        await tu.reads("冰敷")

    async def finishes() -> None:
        await tu.taps(await tu.reads("〔1001〕", SENTENCE), "办好了")
        await tu.reads("办了什么")
        tu.tells(RESULT)
        await gu.sees("〔1001〕", RESULT)

    async def reviews() -> None:
        await wang.taps(await wang.reads("〔1001〕", RESULT), "通过")

    async def confirms() -> None:
        await gu.taps(await gu.reads("〔1001〕", RESULT), "已解决")
        await gu.sees("〔1001〕", "已解决")

    async def digest() -> None:
        rehearsal = scene.rehearsal
        rehearsal.clock.set(rehearsal.clock.next_time("18:00"))
        await li.reads("湘河社区", "办结 1")

    steps: list[tuple[str, Callable[[], Awaitable[None]]]] = [
        ("顾阿姨在群里说一句 · a resident writes one sentence", reports),
        ("网格员屠甲接单 · the worker takes it", takes),
        ("他请费医生看看 · he asks the doctor", asks_the_doctor),
        ("他说办好了 · he reports it done", finishes),
        ("网格长汪乙审核 · the leader reviews", reviews),
        ("顾阿姨说已解决 · the resident confirms", confirms),
        ("18:00 督导李丁看简报 · the supervisor reads the digest", digest),
    ]
    for number, (title, step) in enumerate(steps, 1):
        print(f"\n{number}. {title}")
        try:
            await step()
            await scene.quiet()
        except (TimeoutError, LookupError) as error:
            scene.print_new()
            print(f"This step did not happen: {error}", file=sys.stderr)
            return 1
        scene.print_new()
    print(f"\nAll {len(steps)} steps happened.")
    return 0
