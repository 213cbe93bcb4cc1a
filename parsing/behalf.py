"""For whom somebody speaks who reports for another: "帮我隔壁王奶奶报一下" speaks for 隔壁王奶奶. Pure."""

import re

from parsing.sensitive import mask

_PERSON_ZH = (
    "奶奶|爷爷|大爷|大妈|大娘|大伯|大叔|大婶|阿姨|阿婆|阿公|阿伯|叔叔?|婶婶?|伯伯|老伯|婆婆|公公|外婆|外公|姥姥|姥爷|爸妈|爸爸?|"
    "妈妈?|父母|父亲|母亲|老人家?|老两口|老太太?|老头子?|老爷子|先生|女士|小姐|大姐|大哥|老师|师傅|嫂子?|姐姐?|哥哥?|邻居|邻里|"
    "对门|隔壁|楼上|楼下|租客|房客|同事|朋友|亲戚|孩子|姑娘|小伙子?|老[一-龥]|小(?!区|孩)[一-龥]|住户|人家"
)
_BEHALF_ZH = re.compile(
    rf"(?:帮忙?|替|代|给)(?:我们|我|咱们|咱)?(?:家)?的?"
    rf"(?P<who>(?!我|家|大家|忙|你|您|看|修|解决)[^\s,，。.!！?？:：;；、]{{0,10}}?(?:{_PERSON_ZH})家?(?:的)?)"
    r"[\d\s()（）-]{0,24}"
    r"(?:来)?(?:报|反映|说[一下声]|问|申请|登记|求助|提一?[下个]|转达|留言|打听|喊|叫[一个人]|投诉)"
)
_PERSON_EN = (
    r"(?:neighbou?rs?|grand(?:ma|pa|mother|father|parents)|mother|father|mum|mom|dad|parents|aunt|uncle|friend|tenant|"
    r"old\s+(?:man|lady|woman|couple)|lady|man|woman|couple|family)"
)
_NAMED_EN = r"(?:(?:Mr|Mrs|Ms|Miss|Dr|Grandma|Grandpa|Auntie|Uncle)\.?\s+[A-Z][\w'-]+)"
_WHO_EN = (
    rf"(?P<who>(?:(?i:my|our|the|an?)\s+(?:[\w'-]+\s+){{0,3}}?(?i:{_PERSON_EN})(?:,?\s+{_NAMED_EN})?"
    rf"(?:\s+(?i:upstairs|downstairs|next\s+door|across\s+the\s+hall))?)|{_NAMED_EN})"
)
_BEHALF_EN = re.compile(
    rf"(?i:\bon\s+behalf\s+of|\b(?:report|reporting|ask|asking|fil(?:e|ing)|writ(?:e|ing)|speak(?:ing)?|post(?:ing)?|this\s+is)"
    rf"\b[^.:;,!?]{{0,30}}?\bfor)\s+{_WHO_EN}"
)


def on_behalf(text: str) -> str:
    """Return whom the writer speaks for as it is written, private numbers masked; empty = for the writer."""
    found = _BEHALF_ZH.search(text) or _BEHALF_EN.search(text)
    return mask(found["who"]).strip().removesuffix("的") if found else ""
