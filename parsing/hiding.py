"""Does somebody ask not to be known? "别说是我说的", "匿名", "keep my name out". Pure: words in, yes or no out."""

import re

from parsing.normalise import normalise

_LET = r"(?:千万|可|请|求|麻烦)?(?:别|不要|不能|勿|甭|莫)(?:让|给|跟|和|对|把)?"
_ASKS = re.compile(
    rf"{_LET}[^。，,.!！?？]{{0,8}}(?:说|讲|提|透露|泄露|暴露|公开|知道|告诉)[^。，,.!！?？]{{0,6}}(?:是)?我(?:说|讲|反映|举报|报|发|投诉|的名|姓|$|[，。,.!！])|"
    rf"{_LET}(?:说|提|透露|泄露|暴露|公开)(?:出)?(?:我|本人)(?:的)?(?:名字|姓名|身份|信息)?|"
    rf"{_LET}[^。，,.!！?？]{{0,6}}知道(?:是)?我|"
    r"(?:我)?(?:要|想|能|可以|请)?(?:匿名|不具名|不署名)(?:举报|反映|投诉|报|说|处理|一下)|^匿名[，。：:\s]|[，。,\s(（]匿名[)）。!！]?$|"
    r"(?:替|帮|给|为)我(?:的)?(?:名字|身份)?保密|保密我的|我怕(?:被)?报复|怕(?:他们|人家|他|她)?(?:来)?报复|"
    r"\banonymous(?:ly)?\b|(?:don'?t|do not|never) (?:tell|say|mention|let)\b[^.!?]{0,40}\b(?:me|my name|i)\b|"
    r"(?:keep|leave) (?:my name|me) (?:out|hidden|secret|private)|(?:without|not) (?:giving|using|mentioning) my name|"
    r"(?:afraid|scared) (?:of|they)[^.!?]{0,20}(?:revenge|retaliat|get back)"
)
_UNDONE = re.compile(
    r"(?:不用|不必|不需要|无需)匿名|匿名(?:群|聊天|信|电话|者|用户|好友|发帖|评论)|"
    r"(?:no need|don'?t need) to be anonymous|(?:don'?t|do not) (?:tell|let) me\b"
)


_HINT = re.compile(
    r"匿名|不具名|不署名|保密|报复|透露|泄露|暴露|我(?:说|讲|反映|举报|报|发|投诉|的名|姓)|知道(?:是)?我|"
    r"anonym|my name|\bme\b|revenge|retaliat",
    re.IGNORECASE,
)
"""Looked for first: most of what people say costs no more than this."""


def what_is_reported(text: str) -> str:
    """Return the words without those that only ask to stay unnamed; the same words where they ask for nothing like it.

    A report with such a request in it is read as the report it is.
    """
    if not _HINT.search(text) or not wants_hidden(text):
        return text
    parts = re.split(r"(?<=[，。,.!！?？;；\n])", text)
    left = "".join(part for part in parts if not wants_hidden(part)).strip(" ，,")
    return left or text


def wants_hidden(text: str) -> bool:
    """Whether the words ask that nobody learns who said them."""
    if not _HINT.search(text):
        return False
    folded = normalise(text).text.strip()
    return bool(_ASKS.search(folded)) and not _UNDONE.search(folded)
