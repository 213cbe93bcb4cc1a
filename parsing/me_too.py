"""Does somebody say that it is the same with them? "我家也是", "+1", "6栋也停了", "same here". Pure."""

import re
from enum import IntEnum

from parsing.normalise import normalise

_MOST = 60
"""Longer words are read for what they are."""

_US = (
    r"(?:我|俺|咱|阿拉|侬|伲)?(?:们|哋)?"
    r"(?:家|屋|户|这|边|儿|里|头|那|楼|栋|幢|单元|层|排|小区|上|下|隔壁|对门|对面|的|一?样){0,8}"
)
_BARE = re.compile(
    rf"(?:(?:{_US})?(?:也|都)(?:是(?:的|这样)?|一样(?:的)?|这样|如此|有|没有|不行)?|"
    r"[\w ]{0,4}\+1|\+10086|加我一个|算我一个|我们?也!*|加1|加一|同|同上|同样|同款|同求|同感|"
    rf"(?:{_US})(?:一样|同样|同上)(?:的)?|一样(?:的)?|附议|(?:{_US})也(?:停|断|没|黑|坏)了?|"
    r"me too|me 2|us too|same|same here|same (?:problem|issue|thing)(?: here)?|same (?:for|with) (?:me|us)|"
    r"here too|ditto|"
    r"(?:mine|ours|we) too|likewise|so (?:do|are) we|neither (?:do|have) we)"
    r"(?:了|啊|呀|呢|哦|哎|唉|的|啦|咧|哈|嘞|诶){0,4}"
)
_LACKS = (
    r"(?:没|没有|冇|不|木有|停|断)"
    r"(?:水|电|气|网|信号|暖|暖气|热|热水|亮|通|行|灵|转|走|动|出|制|来|有|了|的|供|冷|响|凉|$)"
)
_STATE = (
    r"(?:都|跟着|开始|突然)?(?:是|一样|这样|停|断|坏|黑|堵|臭|漏|渗|冷|凉|冰|跳|掉|卡|闻到|听到|听见|看到|遇到|淹|返|"
    rf"{_LACKS})"
)
_NEXT = r"(?:[0-9一二三四五六七八九十]{1,5} ?(?:号楼|栋|幢|单元|楼|号|层|座|室)?|隔壁|楼上|楼下|对面|对门|顶层|顶楼)"
_ALSO = re.compile(
    rf"(?:我|俺|咱|这|那|阿拉)[^,，。!！?？]{{0,8}}(?:也|都){_STATE}"
    rf"|{_NEXT}[^,，。!！?？]{{0,6}}(?:也|都|同样){_STATE}"
    rf"|^(?:也){_STATE}|(?:家|楼|边|里|儿)(?:也|都){_STATE}|(?:同样|一样)(?:的)?(?:情况|问题|毛病)"
    r"|^(?:\+1|同上|同|一样|加一|me too|same here|same|us too|here too)[ ,，.。!！]"
    r"|[ ,，.。!！](?:\+1|同上|me too|same here|us too|here too)$"
    r"|\b(?:we|i|our|my|mine|ours|it's|here|also|bldg|building|block|unit)\b.{0,48}\b(?:too|as well|also|either)\b"
    r"|\b(?:also|neither)\b.{0,48}\b(?:no|out|down|off|here|have)\b"
)
_WRONG = (
    r"(?:没|冇|不(?!用|是|知|客|好意|错)|停|断|坏|黑|臭|冷|冰|堵|漏|吵|响|淹|灭|跳|慢|卡|晃|抖|掉|亮|呛|熏|down|out|off|dead|"
    r"no |without|can't|cannot|n't|still|also)"
)
_WISH = (
    r"(?:想|要|去|觉得|喜欢|买|吃|喝|不知道|看看|会|能|可以|行|好|爱|赞成|同意|报名|参加|来|走|说|问|这么|有同感|跟|订|带|做|养|"
    r"用|推荐|支持|玩|住|就|才|刚(?!停)|太|挺|很)"
)
_OURS = re.compile(
    rf"^(?:对|是啊|是的|确实|真的|可不|没错)[^?？]{{0,8}}{_WRONG}|"
    rf"(?:我|俺|咱|阿拉|偶)(?:们|家|屋|户|这|楼|栋|幢|单元|层|那|的|边|儿|里|小区|头){{0,8}}(?:也|都|亦|同样)(?!{_WISH})|"
    rf"(?:(?:我|俺|咱|阿拉)(?:们)?(?:家|屋|户|这|楼|栋|幢|单元|层|那|的|小区)|"
    rf"(?:家里|楼里|屋里|这边|这儿|顶楼|顶层|楼上|楼下|隔壁))[^?？]{{0,16}}{_WRONG}"
    rf"|\b(?:my|our|we|mine|ours|here|upstairs|downstairs)\b[^?？]{{0,40}}{_WRONG}|{_WRONG}[^?？]{{0,20}}\b(?:here|too)\b"
)
_NOISE = re.compile(r"[^\w+]+|_")


_MAYBE = re.compile(r"[也同样+＋附1１我俺咱偶侬阿伲栋楼家里边对是确真没可隔顶]|[A-Za-zＡ-Ｚａ-ｚ]")
"""At least one of these is in all that says so: nearly all talk has none."""


class Same(IntEnum):
    """How plainly it is said."""

    NO = 0
    ALSO = 1
    """Among other words, which say of what."""

    OURS = 2
    """Of their own home, with something missing or wrong there, but not "too": "我们楼没信号"."""

    BARE = 3
    """Nothing else is said, but perhaps where."""


def me_too(text: str, places: tuple[tuple[int, int], ...] = ()) -> Same:
    """Tell whether somebody says that it is the same with them. `places`: spans of the text that say where."""
    if not text.strip() or len(text) > _MOST:
        return Same.NO
    if _MAYBE.search(text) is None:
        return Same.NO
    pieces, at = [], 0
    for start, end in sorted(places):
        pieces.append(text[at:start])
        at = max(at, end)
    rest = normalise("".join((*pieces, text[at:]))).text
    if rest.rstrip().endswith("?"):
        return Same.NO
    words = " ".join(_NOISE.sub(" ", rest).split())
    if words and all(_BARE.fullmatch(one) for one in _parts(words)):
        return Same.BARE
    folded = normalise(text).text
    if _ALSO.search(folded):
        return Same.ALSO
    return Same.OURS if _OURS.search(folded) else Same.NO


def _parts(words: str) -> list[str]:
    """English keeps its spaces, Chinese has none that mean anything."""
    return [words] if words.isascii() else words.split()
