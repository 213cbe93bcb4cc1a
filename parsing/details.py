"""What is wrong with somebody's health, or how matters stand in somebody's family: nobody else's business.

A short list on purpose. A word counts only where a person is named shortly before it (and, of an illness, that this
person has it): "艾滋病宣传活动" and "楼上精神病吧" say nothing of anybody.
"""

import re
from collections.abc import Iterator

HEALTH, FAMILY = "health", "family"

_ILLNESS = re.compile(
    r"艾滋病?|梅毒|淋病|尖锐湿疣|性病|乙肝|丙肝|肺结核|[胃肝肺肠乳血]腺?癌|宫颈癌|癌症|白血病|尿毒症"
    r"|精神分裂症?|精神病|抑郁症|双相(?:情感)?障碍|躁郁症|老年痴呆|不孕不育|流产|堕胎|人流手术|吸毒"
    r"|舍曲林|氟西汀|帕罗西汀|奥氮平|利培酮|碳酸锂|替诺福韦|恩替卡韦|美沙酮|阻断药"
    r"|\b(?:HIV|AIDS|syphilis|hepatitis [BC]|schizophreni[ac]|bipolar|depression|dementia|cancer|miscarriage|abortion"
    r"|sertraline|fluoxetine|olanzapine|lithium|methadone)\b",
    re.IGNORECASE,
)
_MATTERS = re.compile(
    r"离过?婚(?!证|登记)|出轨|婚外情|私生子|二婚|坐过牢|刚?出狱|刑满释放"
    r"|\b(?:divorced?|affair|prison)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"我(?!们)|[他她](?!们)|[爸妈爷奶爹娘哥姐弟妹]|老公|老婆|丈夫|妻子|儿子|女儿|孩子|媳妇|女婿|外公|外婆|邻居|对门|室友|租客"
    r"|[老小](?![区是时心板朋路街店学三])[一-龥]|[一-龥](?:阿姨|叔叔|师傅|大爷|大妈|先生|女士|老师)|\d{1,5}(?:室|号)的"
    r"|\b(?:I|my|he|his|she|her|husband|wife|son|daughter|mother|father|neighbour|tenant|mr|mrs|ms)\b",
    re.IGNORECASE,
)
_HAS = re.compile(
    r"得|有|患|是|查出|确诊|感染|携带|吃|服|做|刚|过|了"
    r"|\b(?:has|have|had|is|am|was|got|takes?|taking|with|on|positive|after)\b|'s|'m|'ve",
    re.IGNORECASE,
)
_PUBLIC = re.compile(r".{0,2}(?:宣传|讲座|活动|义诊|筛查|体检|检查|预防|疫苗|防治|基金)")
_BREAKS = frozenset("，。！？；,.!?;\n")
_BEFORE = 40
"""Characters before the word in which the person is looked for, as far as the same clause reaches."""


def find_details(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield (`health` or `family`, start, end) of each private detail of a person."""
    for hit in _ILLNESS.finditer(text):
        before = _before(text, hit.start())
        person = _PERSON.search(before)
        if person is None or _PUBLIC.match(text, hit.end()) is not None:
            continue
        if _HAS.search(before, person.end()) is not None:
            yield HEALTH, hit.start(), hit.end()
    for hit in _MATTERS.finditer(text):
        if _PERSON.search(_before(text, hit.start())) is not None:
            yield FAMILY, hit.start(), hit.end()


def _before(text: str, at: int) -> str:
    first = max(0, at - _BEFORE)
    border = max((place for place in range(first, at) if text[place] in _BREAKS), default=first - 1)
    return text[border + 1 : at]
