"""A message of the city's hotline, passed on by hand: its number, and whether it says "reported many times". Pure."""

import re
from dataclasses import dataclass

_HOTLINE = re.compile(
    r"12345|市民热线|政府热线|政务热线|便民热线|热线(?:工单|派单|转|接)|\b(?:city |government |citizen'?s? )?hotline\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:工单(?:编)?号?|编号|单号|order|ticket|case|no\.?|number)\s*[:：#]?\s*([A-Za-z]{0,4}\d[\d-]{3,23})",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"(?:多次|反复|屡次|一再|三番五次|好几次|几次)(?:向[^，。,.]{0,8})?(?:反映|投诉|上报|报修|举报|来电|打电话|修)|"
    r"一直(?:没|未)(?:有)?(?:人)?(?:修|处理|解决|管)|(?:反映|投诉|报)(?:过|了)?(?:多|好几|很多|无数)次|"
    r"(?:reported|complained)(?: about(?: it)?)? (?:many|several|three|four|five|\d+) times|"
    r"(?:reported|complained)[^.]{0,20}(?:again and again|repeatedly)|repeated(?:ly)? (?:reported|complain\w*)|"
    r"never (?:been )?(?:mended|fixed|repaired)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class FromHotline:
    """What a message of the hotline says of itself."""

    number: str
    often: bool


def from_hotline(text: str) -> FromHotline | None:
    """Return what is known of a hotline's message; None = it is none."""
    if not _HOTLINE.search(text):
        return None
    number = _NUMBER.search(text)
    return FromHotline(number[1] if number else "", bool(_OFTEN.search(text)))


def without_heading(text: str) -> str:
    """Return what is the matter, without the hotline's own opening."""
    return _HEADING.sub("", text.strip()).strip(" ，,：:。") or text


_HEADING = re.compile(
    r"^(?:【[^】]{0,20}】)?\s*(?:网格长[，,]\s*)?(?=12345|市民|政府|政务|便民|热线|hotline)"
    r"(?:12345)?\s*(?:市民|政府|政务|便民)?(?:服务)?(?:热线(?:工单|派单)?|hotline)?"
    r"(?:\s*(?:工单(?:编)?号?|编号|单号|no\.?|number)\s*[:：#]?\s*[A-Za-z]{0,4}\d[\d-]{3,23})?"
    r"\s*(?:转来|转|接(?:到)?群众投诉|接(?:到)?(?:居民|市民)?(?:反映|投诉)|反映)?\s*[，,：:。\s]*",
    re.IGNORECASE,
)
