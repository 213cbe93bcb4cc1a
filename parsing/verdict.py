"""Is it solved? What residents say about a result, in words: yes, no, or neither. Pure: words in, a verdict out.

The lists are small on purpose. A missed word is further words on the ticket, which its handler reads; a wrong yes would
close what is not done. So whatever says no wins over what says yes, and a question, a wish or an "if" says neither.
"""

import re
from enum import StrEnum

from parsing.normalise import clauses, normalise


class Solved(StrEnum):
    """The resident's verdict."""

    YES = "yes"
    NO = "no"


_TROUBLES = "坏|黑|漏|堵|响|吵|臭|脏|乱|断|停|闪|冒|滴|掉|渗|晃|卡|冷|灭|塌|翘|松"
_WORK = "修理|维修|解决|处理|清理|疏通|打扫|更换|安装|修|弄|搞|办|换|清|扫|通|装|整|治|补|收"
_NO_ZH = (
    # Not: 没修好, 没有解决, 没亮, 没人来; but not 没事, 没问题, 没通知, 没办法, nor the questions 修没修好, 好没好.
    (
        rf"(?<![有修好弄办换通来解])(?:没有?|未)(?:能|给我们?|给|完全|彻底|真的|怎么|见|看到|人|得到|有)*"
        rf"(?:(?:{_WORK})(?!知|法|理由)|好(?!意思)|亮|用(?!过|到)|效果|变化|改善|动静|来(?!得及)|动|管(?!道)|理(?!由)|"
        r"到位|热水|水(?!平)|电(?!话))"
    ),
    # Still: 还是不行, 还在漏, 仍然黑着; but not 还是不错, 还是没问题, 还是谢谢.
    (
        rf"(?:还是|仍然?|依然|依旧|照样|照旧|一直)(?:在|很|那么|这么|是|有点|有些|会)*"
        rf"(?:不(?!错|用谢|好意思|客气)|没(?!问题|事|关系|错)|老样子|那样|这样|一样|原样|有问题|有味|{_TROUBLES})"
    ),
    rf"还(?:在|很|那么|这么|有点|会)*(?:{_TROUBLES})",
    r"还(?:不|没)(?:亮|行|好(?!意思)|通(?!知)|能用|热|来|走|干净)",
    # No: 不行, 不亮, 不管用; but not 行不行, 亮不亮.
    r"(?<![行亮通好来])不(?:行|亮|好(?!意思)|太(?:行|好|亮|干净)|能用|通|管用|好使|好用|满意|算好|算解决|彻底|顶用|制冷|来水|来电)(?!了吗)",
    rf"又(?:开始)?(?:不(?:行|亮|通|能用)|没(?:电|水|气|亮)|出问题|这样|那样|不能|{_TROUBLES})",
    rf"白(?:{_WORK}|跑|忙)",
    rf"(?:{_WORK})(?:不好|不了|不动|坏|了个寂寞|了也没|了等于没|了跟没|了和没|得不好|得不行)",
    rf"(?:{_WORK})了?(?:一半|半截|半天)",
    r"老样子|跟(?:原来|以前|之前|没修)一样|和(?:原来|以前|之前|没修)一样",
    rf"更(?:严重|糟|差|吵|{_TROUBLES})",
    rf"(?:哪里|哪儿|哪有|谁说)(?:就)?(?:{_WORK})?(?:好|了)",
    r"糊弄|敷衍|骗人|忽悠|不好了|问题还在|没完没了",
)
_YES_ZH = (
    rf"(?:已经?|都|全|总算|终于)?(?:{_WORK})?(?:好|完|通|亮|干净|妥当?)(?:啦|了|咯|喽)|(?:{_WORK})(?:掉|定|上|走)(?:啦|了)",
    rf"(?:已经?|都|总算|终于)(?:{_WORK})(?:好|了|完)?",
    r"(?:解决|处理|搞定|弄妥|正常|恢复|可以|行|消失|满意)(?:啦|了)",
    r"(?:能|可以)用了|没(?:什么)?问题了?|没事了?|很满意|来(?:水|电|气)了|有(?:水|电|气|热水)了|通(?:水|电|气)了",
    rf"(?:不|没)(?:再)?(?:{_TROUBLES}|味道|声音)了",
)
_NEITHER_ZH = (
    r"如果|要是|万一|假如|若是|的话|是不是|是否|有没有|好没好|能不能|会不会|行不行|可不可以|什么时候|啥时候|几时|多久|哪天|"
    r"希望|最好|快点|尽快|麻烦|等[你他它师人修]|(?:就|才)(?:可以|行|好)了|快(?:要)?(?:修|弄|办|解决|好)|"
    r"(?:吗|么|没有|好没|了没)$|明天|后天|下次|(?:以前|上次)(?!一样|那样)"
)

_N = r"(?:not|never|n['’]?t|cannot)"
_FINE = (
    r"(?:fixed|solved|done|repaired|resolved|working|works?|finished|clean(?:ed)?|gone|replaced|sorted|"
    r"any\s+better|better|okay?|right|satisfied|good(?:\s+enough)?|fine|come|came|on)"
)
_BAD = (
    r"(?:broken|dark|leak\w*|drip\w*|block\w*|clogged|noisy|loud|dirty|smell\w*|stink\w*|flicker\w*|out|off|down|"
    r"bad|wrong|the\s+same|there|happening|a\s+problem|problems?|no|not|nothing|does|isn|won|hasn|can)"
)
_NO_EN = (
    rf"{_N}\s+(?:\w+\s+){{0,2}}?{_FINE}\b",
    rf"\bstill\s+(?:\w+\s+)?{_BAD}\b",
    r"\b(?:broken|dark|leaking|blocked|dripping|gone|out|off|stopped|bad)\s+again\b|\bbroke\s+again\b",
    r"\bagain\s+(?:broken|dark|leaking|blocked|no)\b",
    r"\bno(?:thing|body)?\s+(?:has\s+)?(?:change[ds]?|happened|improve\w*|better|came|come|done|one\s+(?:has\s+)?c[ao]me)\b",
    r"\b(?:unsolved|unresolved|unfixed|worse|useless|no\s+good|same\s+(?:problem|as\s+before)|half\s+done|only\s+half)\b",
)
_NOT_BAD_EN = (
    rf"(?:{_N}|\bno\s+longer|\bstopped|\bno\s+more)\s+(?:\w+\s+)?"
    r"(?:broken|dark|leak\w*|drip\w*|noisy|smell\w*|flicker\w*)"
)
_YES_EN = (
    r"\b(?:fixed|solved|repaired|resolved|sorted|replaced|works|working|all\s+good|back\s+on|better\s+now|on\s+again)\b",
    r"\b(?:it|that|this|light|everything|all)(?:['’]?s|\s+is|\s+are)?\s+(?:now\s+|all\s+)?(?:done|ok|okay|fine|good|gone|clean|on)\b",
    _NOT_BAD_EN,
)
_NEITHER_EN = (
    r"\b(?:if|unless|when|once|until|hope|please|should|must|needs?|will|would|could|to\s+be|get\s+it|tomorrow|whether)\b|"
    r"^\s*(?:is|are|was|has|have|did|does|do|can|who)\b(?!n)"
)

_NO = re.compile("|".join((*_NO_ZH, *_NO_EN)))
_YES = re.compile("|".join((*_YES_ZH, *_YES_EN)))
_NEITHER = re.compile("|".join((_NEITHER_ZH, _NEITHER_EN)))
_NOT_BAD = re.compile(_NOT_BAD_EN)


def verdict(text: str) -> Solved | None:
    """Return what the words say about a result; None when they say neither. A no anywhere wins."""
    folded = normalise(text).text
    found: set[Solved] = set()
    for start, end in clauses(folded):
        clause = folded[start:end]
        if _NEITHER.search(clause):
            continue
        if _NO.search(clause) and not _NOT_BAD.search(clause):
            return Solved.NO
        if _YES.search(clause) and folded[end : end + 1] != "?":
            found.add(Solved.YES)
    return Solved.YES if found else None
