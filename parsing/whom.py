"""“我家是哪个网格？找谁？”: a question about the grid and its people, which is answered and makes no ticket."""

import re

from parsing.normalise import normalise

_HINT = re.compile(r"谁|誰|哪|网格|網格|who|grid", re.IGNORECASE)
"""Without any of these it is no such question: of everything that is said in groups, little is looked at further."""

_LONGEST = 48
"""A longer message has a matter in it, and the question is only how it ends."""

_WHOSE = r"(?:我|我们|咱|咱们|俺|俺们|本|自)?(?:这|这边|这里|这儿|家|家里|家住的|小区|楼|这栋楼|这幢楼)?(?:的)?"
_PLACE = (
    r"(?:[0-9一二三四五六七八九十]{1,4} ?(?:栋|幢|号楼|#楼|弄)(?:[0-9一二三四五六七八九十]{1,2}单元)?)?(?:这边|这里)?"
)
_WHICH = r"(?:哪|哪个|哪一个|哪一|什么|几|第几|第几个|几号)"
_STAFF = (
    r"(?:专职|兼职|社区)?(?:网格员|网格长|网格负责人|网格管理员|指导员|楼长|微网格长|网格里?的(?:医生|律师|民警|人))"
)
_QUESTIONS = (
    rf"{_WHOSE}{_PLACE}(?:现在|到底)?(?:是|属于|归|归属于|在|算|住在|划在|划到|归到)?{_WHICH}网格(?:的|里|管|管的)?",
    rf"{_WHOSE}{_PLACE}(?:的)?{_STAFF}(?:都)?(?:是|叫|姓)?(?:谁|哪位|哪个|哪一位|什么名字|啥名字|哪些人|哪几位)",
    rf"(?:谁|哪位|哪个)是{_WHOSE}{_PLACE}(?:的)?{_STAFF}",
    rf"{_WHOSE}{_PLACE}(?:是|归|由)(?:谁|哪位|哪个人)(?:管|负责|分管)(?:的)?",
    rf"(?:谁|哪位)(?:在)?(?:管|负责){_WHOSE}{_PLACE}(?:网格)?",
    rf"(?:怎么|怎样|如何|去哪|上哪|到哪)(?:才能)?(?:联系|找|找到|联系到|联系上|能找到){_WHOSE}{_PLACE}(?:的)?{_STAFF}",
    rf"{_WHOSE}{_PLACE}(?:的)?{_STAFF}(?:怎么|怎样|如何)(?:联系|找|联系上)",
    rf"{_WHOSE}{_PLACE}(?:的)?{_STAFF}(?:的)?(?:电话|号码|联系方式|微信|手机号)(?:是)?(?:多少|几号|什么|有吗)?",
    r"(?:有|出|遇到)(?:了)?(?:事|事情|问题|什么事|啥事|困难)(?:了)?(?:该|应该|要|可以|能)?(?:去)?(?:找|联系|问)(?:谁|哪位|哪个)",
    r"(?:我|我们)?(?:该|应该|要|可以|能)?(?:去)?(?:找|联系)(?:谁|哪位)",
    rf"{_WHOSE}网格(?:里)?(?:都)?有(?:谁|哪些人|什么人|哪几个人)",
    rf"{_WHOSE}网格(?:的)?(?:地图|范围|边界)(?:在哪|是哪里|到哪里|给我看看)?",
)
_SOFT = (
    r"请问|问一下|问下|想问一下|想问|打听一下|打听|麻烦问一下|麻烦|谁知道|有人知道|哪位知道|知不知道|知道|你好|您好|大家好"
    r"|在吗|各位|邻居|邻居们|我是新搬来的|我刚搬来|新来的|刚搬来|不知道|那|那么|另外|还有|以后|平时|一般|啊|呀|呢|吗|吧|哦|嘛|的|了|来着"
)
_CHINESE = re.compile(rf"(?:{'|'.join(_QUESTIONS)})")
_SOFTENERS = re.compile(rf"(?:{_SOFT})")
_BREAKS = re.compile(r"[\s，。！？；：、,.!?;:~～…—\-]+")

_HOME = r"(?:my|our|this|the)"
_LIVED = r"(?:grid|home|house|flat|building|area|place|block)"
_PEOPLE = r"(?:grid )?(?:worker|workers|leader|staff|people|doctor|lawyer)"
_ENGLISH_QUESTIONS = (
    r"(?:what|which) grid (?:am|are|do) (?:i|we)(?: (?:in|live in|belong to))?",
    rf"(?:what|which) grid is (?:mine|this|{_HOME} {_LIVED})(?: in)?",
    rf"(?:what|which) is {_HOME} grid",
    rf"who(?: is|'s| are)? {_HOME} {_PEOPLE}(?: here| of {_HOME} grid)?",
    r"who (?:do|should|can|must) (?:i|we) (?:contact|call|ask|(?:talk|turn|speak|go|write) to)(?: here| for help)?",
    rf"who(?: is|'s) (?:in charge|responsible)(?: (?:of|for) {_HOME} {_LIVED})?(?: here)?",
    rf"who (?:looks after|takes care of|manages) {_HOME} {_LIVED}",
    rf"how (?:do|can) (?:i|we) (?:reach|contact|find) {_HOME} {_PEOPLE}",
)
_ENGLISH = re.compile(rf"\b(?:{'|'.join(_ENGLISH_QUESTIONS)})\b")
_ENGLISH_SOFT = re.compile(
    r"\b(?:hi|hello|please|excuse me|may i ask|does anybody know|does anyone know|do you know|can you tell me|tell me"
    r"|i am new here|i'm new here|just moved in|and|or|so|thanks|thank you|in|here|now|live)\b"
)


def asks_who(text: str) -> bool:
    """Whether a message asks for the grid or its people and for nothing else.

    Nothing else: a matter in the same breath (`暖气不热找谁`) is a request and goes to a person, who is the answer.
    """
    if len(text) > _LONGEST * 2 or _HINT.search(text) is None:
        return False
    said = normalise(text).text.strip()
    if re.search(r"[\u4e00-\u9fff]", said):
        rest, found = _CHINESE.subn("", _BREAKS.sub("", said))
        return found > 0 and len(said) <= _LONGEST and not _SOFTENERS.sub("", rest)
    rest, found = _ENGLISH.subn(" ", said)
    return found > 0 and not re.search(r"[a-z0-9]", _ENGLISH_SOFT.sub(" ", rest))
