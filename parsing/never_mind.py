"""Does somebody take a request back? "不用了", "没事了，好了", "never mind". Pure: words in, yes or no out.

The whole message must say it and nothing else: whoever adds anything is read by the person who has the matter.
"""

import re
from functools import lru_cache

from parsing.glance import glance
from parsing.normalise import clauses, normalise

_LONGEST = 40
_ZH = (
    r"(?:那)?(?:就)?(?:先)?(?:都)?(?:不用|不需要|不必|别|不麻烦|不劳烦|甭)(?:再)?(?:麻烦|来|修|办|弄|管|处理|派人|报|查|过来|看|跑)?(?:一趟)?(?:你们|您)?了|"
    r"(?:现在)?(?:已经)?没事(?:儿)?了|(?:那|就){0,3}(?:算了|取消|撤销|撤回|撤了|作罢|当我没说)(?:吧|了)?|不(?:报|办|修|反映)了|"
    r"(?:它|灯|水|电|门)?(?:现在)?(?:自己|已经自己|又自己|自个儿)(?:就)?(?:好|亮|通|来|停|走|修好|弄好|解决)了?|"
    r"(?:我(?:们)?)?(?:已经|都已经)?自己(?:修好|弄好|解决|搞定|换好|处理好|搞好)了|"
    r"(?:这件事?|这个事?)?(?:现在)?(?:已经|都)(?:好|没事|解决|修好|恢复|来电|来水|有水|有电)了|问题(?:已经)?解决了|没问题了"
)
_POLITE_ZH = (
    r"(?:好(?:的|啦|了)?|谢谢(?:您|你|大家|师傅|你们)?(?:了|啦)?|麻烦(?:您|你们?|大家)?了|不好意思|辛苦了|多谢|打扰了)"
)
_EN = (
    r"(?:oh\s+)?never\s*mind|nevermind|forget\s+(?:it|about\s+it)|(?:please\s+)?cancel(?:\s+(?:it|that|this|my\s+(?:report|request)))?|"
    r"no\s+(?:longer\s+)?need(?:\s+(?:any\s*more|to\s+come|for\s+(?:it|that)|now))?|(?:it(?:'s|\s+is)\s+)?(?:not|no\s+longer)\s+needed(?:\s+any\s*more)?|"
    r"(?:it(?:'s|\s+is)\s+)?(?:all\s+)?(?:fine|ok(?:ay)?|good|solved|fixed)\s+(?:now|again)|"
    r"it\s+(?:works|fixed\s+itself|solved\s+itself)(?:\s+(?:again|now))?(?:\s+by\s+itself)?|"
    r"i(?:'ve|\s+have)?\s+(?:fixed|solved|sorted)\s+it(?:\s+myself)?"
)
_POLITE_EN = r"(?:thanks?(?:\s+(?:you|a\s+lot|everyone))?|sorry|please|ok(?:ay)?|it's\s+ok)"
_SAYS = re.compile(
    rf"(?:{_ZH}|{_EN})(?:哈|啊|呀|啦|哦|吧)?(?:谢谢(?:您|你|师傅|大家)?|多谢|辛苦了|\s+(?:thanks|thank\s+you))?"
)
_POLITE = re.compile(rf"(?:{_POLITE_ZH}|{_POLITE_EN})")


def never_mind(text: str) -> bool:
    """Whether the message says that nothing needs to be done any more, politely or not, and nothing besides."""
    if not text.strip() or len(text) > _LONGEST or "?" in text or "？" in text:
        return False
    folded = normalise(text).text
    said = [folded[start:end].strip(" ,，、。.!！~") for start, end in clauses(folded)]
    parts = [part for one in said for part in re.split(r"[,，、。.!！~]+\s*", one) if part.strip()]
    takes_back = [bool(_SAYS.fullmatch(part.strip())) for part in parts]
    polite = [bool(_POLITE.fullmatch(part.strip())) for part in parts]
    return any(takes_back) and all(one or other for one, other in zip(takes_back, polite, strict=True))


@lru_cache(maxsize=8192)
def is_over(text: str) -> bool:
    """Whether the reporter of the one open matter says that it is over, without replying to anything.

    Wider than `never_mind`: "来水了", "物业来弄好了，不用来了". Thanks alone say nothing; "又" or a question undo it.
    """
    if never_mind(text):
        return True
    if not text.strip() or len(text) > _LONGEST or "?" in text or "？" in text:
        return False
    seen = glance(text)
    if seen is None or any(seen.sentence.marked(tag) for tag in ("long_ago", "supposed", "elsewhere")):
        return False
    return seen.resolved is not None or bool(_TAKEN_BACK.search(seen.folded.text))


_TAKEN_BACK = re.compile(
    r"(?:不用|不需要|不必|甭|别)(?:再)?(?:麻烦|来|修|办|弄|管|处理|派人|过来|看|跑|安排)?了(?!吗|么)|"
    r"当我没说|撤(?:销|回|了)|没事(?:儿)?了|"
    r"搞错了|弄错了|看错了|虚惊一场|误会|never ?mind|false alarm|my mistake|"
    r"no longer need|cancel (?:it|that|this)|forget (?:it|about it)"
)
