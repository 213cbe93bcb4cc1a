"""What residents say about a result: one line each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.verdict import Solved, verdict

NO = (
    "没修好，还是黑的",
    "没修好",
    "没有修好啊",
    "还没修好",
    "還沒修好",
    "还没好呢",
    "还是不行",
    "还是老样子",
    "还是不亮，白跑一趟",
    "根本没解决",
    "没解决",
    "问题还在",
    "没人来",
    "没人来修过",
    "今天没来人看啊，没动静",
    "还在漏",
    "楼上还在滴水",
    "又坏了",
    "修好了，但是晚上又不亮了",
    "谢谢，可是还是漏",
    "灯好了，门还是不行",
    "修了一半就走了",
    "跟以前一样",
    "越来越臭，没处理",
    "哪里修好了",
    "谁说修好了",
    "不亮",
    "没水，还是没电",
    "怎么还是不亮？",
    "敷衍了事",
    "not fixed",
    "Not fixed!",
    "It's not solved",
    "it isn't fixed",
    "it isn’t working",
    "still broken",
    "Still dark on the stairs",
    "The light is still not working",
    "it still does not work",
    "no one came",
    "nobody came",
    "nothing has changed",
    "fixed, but it is broken again",
    "same problem as before",
    "thanks, but it's worse",
    "it hasn't been repaired",
)
YES = (
    "修好了谢谢",
    "修好了",
    "已经修好了，谢谢屠师傅",
    "好了",
    "好啦",
    "亮了",
    "解决了",
    "已解决",
    "没问题了",
    "不漏了",
    "没味道了",
    "可以了，辛苦",
    "换好了，亮了，谢谢",
    "来电了",
    "能用了",
    "修好了谢谢，要是再坏再找您",
    "很满意",
    "搞定了",
    "fixed, thanks",
    "It is fixed",
    "solved",
    "works now, thank you",
    "it's working",
    "all good",
    "not leaking any more",
    "no longer dark",
    "the light is on",
)
NEITHER = (
    "",
    "谢谢",
    "好的",
    "收到",
    "几点来？",
    "修好了吗",
    "修好了没有",
    "修好了吗？",
    "好了没",
    "是不是没修好",
    "有没有修好",
    "什么时候能修好",
    "如果没修好我再说",
    "修好就好了",
    "等修好了告诉我",
    "别急",
    "2单元三楼",
    "没办法，先这样",
    "没通知",
    "不好意思",
    "还是谢谢你们",
    "还是不错的",
    "thanks",
    "ok",
    "is it fixed?",
    "please get it fixed",
    "it should be fixed by tomorrow",
    "if it is not fixed I will say so",
    "entrance 2, third floor",
    "who came?",
)


@pytest.mark.parametrize("words", NO)
def test_it_is_not_solved(words: str) -> None:
    assert verdict(words) is Solved.NO


@pytest.mark.parametrize("words", YES)
def test_it_is_solved(words: str) -> None:
    assert verdict(words) is Solved.YES


@pytest.mark.parametrize("words", NEITHER)
def test_neither(words: str) -> None:
    assert verdict(words) is None


@given(st.text(max_size=200))
def test_no_outweighs_everything(words: str) -> None:
    """Whatever else somebody says, "not fixed" in a sentence of its own is heard."""
    assert verdict(f"{words}\n没修好\n{words}") is Solved.NO
