"""Reasons in words a worker understands, and the answer of `gridbot read`."""

from collections.abc import Mapping
from typing import Any

from parsing.catalogue import load_catalogue
from parsing.model import Action, Reason, Understanding
from tickets.service import Services

_ZH: Mapping[str, str] = {
    "keyword": "“{value}”说的是{service}",
    "danger": "“{value}”：现在有人有危险",
    "ask": "“{value}”是在请人帮忙",
    "question": "“{value}”是在问事情",
    "behalf": "替{value}说的",
    "upset": "“{value}”听着着急",
    "now": "“{value}”：事情还在",
    "place": "写了地方：{value}",
    "past": "“{value}”：是以前的事",
    "resolved": "“{value}”：已经好了",
    "negated": "“{value}”：说的是没有这回事",
    "elsewhere": "“{value}”：不是本地的事",
    "supposed": "“{value}”：只是假设",
    "joke": "“{value}”像是玩笑",
    "thanks": "“{value}”是道谢",
    "chatter": "“{value}”像是闲聊",
    "chain": "“{value}”是接龙、团购",
    "advert": "“{value}”像是广告",
    "notice": "“{value}”是转发的通知",
    "addressed": "直接对网格员或机器人说的",
    "reply": "回复了一张工单",
    "staff": "是工作人员发的",
    "empty": "没有文字",
    "nothing": "没有看到要办的事",
}
_EN: Mapping[str, str] = {
    "keyword": "“{value}” is about: {service}",
    "danger": "“{value}”: somebody is in danger now",
    "ask": "“{value}” asks for help",
    "question": "“{value}” asks a question",
    "behalf": "said for {value}",
    "upset": "“{value}” sounds worried",
    "now": "“{value}”: it is still going on",
    "place": "names a place: {value}",
    "past": "“{value}”: it happened earlier",
    "resolved": "“{value}”: it is over",
    "negated": "“{value}”: says it is not so",
    "elsewhere": "“{value}”: it is about somewhere else",
    "supposed": "“{value}”: only supposed",
    "joke": "“{value}” looks like a joke",
    "thanks": "“{value}” says thanks",
    "chatter": "“{value}” looks like small talk",
    "chain": "“{value}” is a group-buying chain",
    "advert": "“{value}” looks like an advertisement",
    "notice": "“{value}” is a forwarded notice",
    "addressed": "said to the worker or the bot",
    "reply": "replies to a ticket",
    "staff": "sent by staff",
    "empty": "no words",
    "nothing": "nothing to be done in it",
}


def explain(reason: Reason, language: str, services: Services | None = None) -> str:
    """Return one reason in words (`zh` or `en`). `services` gives a district's own names."""
    known = services if services is not None else load_catalogue()
    name = known[reason.service].name(language) if reason.service in known else reason.service
    return (_EN if language == "en" else _ZH)[reason.code].format(value=reason.value, service=name)


def to_json(understanding: Understanding, language: str, services: Services | None = None) -> dict[str, Any]:
    """Return what `gridbot read` prints for one message."""
    return {
        "action": understanding.action.value,
        "request": understanding.action is not Action.SILENT,
        "confidence": round(understanding.confidence, 3),
        "service": understanding.service,
        "second": understanding.second,
        "class": understanding.deadline_class.value if understanding.deadline_class is not None else None,
        "private": understanding.private,
        "places": [place.span for place in understanding.places],
        "reasons": [explain(reason, language, services) for reason in understanding.reasons],
    }
