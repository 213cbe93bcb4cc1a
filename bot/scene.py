"""The scenes of the demo: a short opening, and the main job from the first sentence to the supervisor's digest."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.actors import Actor
from bot.service import Service
from messages.people import label, staff
from rehearsal import Rehearsal
from tickets.policy import DigestRule, Policy
from tickets.roster import Area, District, PersonId, Post, Role

SENTENCE = "3栋楼道灯坏了，老人昨天摔了一跤"
RESULT = "2单元三楼灯泡换好了，楼梯也擦干了"
RESIDENT, NEIGHBOUR = "顾阿姨", "潘大伯"
DOCTOR = "doctor"


@dataclass(frozen=True)
class Cast:
    """Whom the scene needs of a district: the first grid's people, the nearest doctor, and who reads a digest.

    `read`: the area whose digest the supervisor gets, and the rule by which it comes.
    """

    worker: PersonId
    leader: PersonId
    doctor: PersonId
    supervisor: PersonId
    read: tuple[Area, DigestRule]

    @property
    def on_page(self) -> tuple[str, ...]:
        """Whom the chat page shows, in this order."""
        return (RESIDENT, self.worker, self.doctor, self.leader, NEIGHBOUR, self.supervisor)


def cast_of(district: District, policy: Policy) -> Cast:
    """Return the cast of the scene; raise `LookupError` where a district lacks somebody."""
    grid = district.grids[0]
    above = list(district.chain(grid.code))
    around = [grid, *district.siblings(grid.code), *above[1:]]

    def first(areas: list[Area], right: Callable[[Post], bool], who: str) -> PersonId:
        for area in areas:
            for post in district.posts_in(area.code):
                if right(post):
                    return post.person
        raise LookupError(f"{district.name}: no {who} for the scene")

    rules = ((area, rule) for area in above for rule in policy.digests if rule.level == area.level)
    evening = ((area, rule) for area, rule in rules if rule.every == "day" and rule.at >= 12 * 60)
    read = next(((area, rule) for area, rule in evening if _supervised(district, area)), None)
    if read is None:
        raise LookupError(f"{district.name}: nobody reads a digest in the evening")
    return Cast(
        first([grid], lambda post: post.role is Role.WORKER and post.duty == "full_time", "worker"),
        first([grid], lambda post: post.role is Role.LEADER, "leader"),
        first(around, lambda post: post.skill == DOCTOR, "doctor"),
        first([read[0]], lambda post: post.role is Role.SUPERVISOR, "supervisor"),
        read,
    )


def _supervised(district: District, area: Area) -> bool:
    return any(post.role is Role.SUPERVISOR for post in district.posts_in(area.code))


@dataclass
class Scene:
    """A running service, its rehearsal, and what was shown of it so far."""

    rehearsal: Rehearsal
    service: Service
    bot: int
    shown: int = field(default=0)
    pause: float = 0.3
    """Real seconds of silence after which nobody has more to say."""

    @property
    def cast(self) -> Cast:
        """Whom the scene is played by."""
        return cast_of(self.service.deps.district, self.service.deps.policy)

    def called(self, person: PersonId) -> str:
        """Return how a member of staff is called in the first grid: 屠师傅."""
        district = self.service.deps.district
        return staff(district, person, district.language, district.grids[0].code) or person

    def described(self, person: PersonId) -> str:
        """Return what somebody is, with the name: 网格员屠甲."""
        district = self.service.deps.district
        what = label(district, district.posts_of(person)[0], district.language)
        return f"{what}{district.people[person].name}"

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
        await self.rehearsal.world.settled(quiet=self.pause, timeout=30)

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
    pan, tu = scene.actor(NEIGHBOUR), scene.actor(scene.cast.worker)
    pan.says("早，菜场门口垃圾堆了两天了，味道有点大")
    card = await tu.reads("垃圾")
    await tu.taps(card, "接单")
    await scene.quiet()


async def main_scene(scene: Scene) -> int:
    """Play the main job and print it; return 0 only if every step happened."""
    cast = scene.cast
    area, rule = cast.read
    played = (RESIDENT, cast.worker, cast.doctor, cast.leader, cast.supervisor)
    gu, worker, doctor, leader, supervisor = (scene.actor(who) for who in played)
    await scene.quiet()
    scene.shown = len(scene.rehearsal.world.history)

    hour = f"{rule.at // 60:02}:{rule.at % 60:02}"

    async def reports() -> None:
        gu.starts()
        await gu.reads()
        gu.says(SENTENCE)
        await gu.sees("〔1001〕", "3栋楼道灯坏了")

    async def takes() -> None:
        await worker.taps(await worker.reads("〔1001〕", SENTENCE), "接单")
        await gu.sees("〔1001〕", scene.called(cast.worker))

    async def asks_the_doctor() -> None:
        await worker.taps(await worker.reads("〔1001〕", SENTENCE, without=("请专家看",)), "请专家")
        await worker.taps(await worker.reads("请哪一位"), scene.called(cast.doctor))
        card = await doctor.reads("〔1001〕")
        doctor.tells("先别揉，能走就冰敷；还疼就来卫生服务站拍个片", reply_to=card.id)
        await worker.reads("冰敷")

    async def finishes() -> None:
        await worker.taps(await worker.reads("〔1001〕", SENTENCE), "办好了")
        await worker.reads("办了什么")
        worker.tells(RESULT)
        await gu.sees("〔1001〕", RESULT)

    async def reviews() -> None:
        await leader.taps(await leader.reads("〔1001〕", RESULT), "通过")

    async def confirms() -> None:
        await gu.taps(await gu.reads("〔1001〕", RESULT), "已解决")
        await gu.sees("〔1001〕", "已解决")

    async def digest() -> None:
        rehearsal = scene.rehearsal
        rehearsal.clock.set(rehearsal.clock.next_time(hour))
        await supervisor.reads(area.name, "办结 1")

    steps: list[tuple[str, Callable[[], Awaitable[None]]]] = [
        (f"{RESIDENT}在群里说一句 · a resident writes one sentence", reports),
        (f"{scene.described(cast.worker)}接单 · the worker takes it", takes),
        (f"请{scene.called(cast.doctor)}看看 · the doctor is asked", asks_the_doctor),
        ("办好了，告诉住户 · it is reported done", finishes),
        (f"{scene.described(cast.leader)}审核 · the leader reviews", reviews),
        (f"{RESIDENT}说已解决 · the resident confirms", confirms),
        (f"{hour} {scene.described(cast.supervisor)}看简报 · the supervisor reads the digest", digest),
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
