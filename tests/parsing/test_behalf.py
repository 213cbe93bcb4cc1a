"""For whom somebody speaks, and whether somebody takes a request back: by example."""

import pytest

from parsing import Action, Context, load_catalogue, understand
from parsing.behalf import on_behalf
from parsing.never_mind import never_mind


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("帮我隔壁王奶奶报一下：她家水管漏了", "隔壁王奶奶"),
        ("替3楼李大爷报修，家里没电", "3楼李大爷"),
        ("我帮邻居问一下，低保怎么办", "邻居"),
        ("给楼上张阿姨报个修", "楼上张阿姨"),
        ("给隔壁老王家申请低保", "隔壁老王家"),
        ("替王奶奶13800138000报一下水管漏", "王奶奶"),
        ("Reporting for my neighbour Mrs Wang: her tap leaks", "my neighbour Mrs Wang"),
        ("On behalf of my elderly neighbour upstairs: no heat", "my elderly neighbour upstairs"),
        ("帮我报一下水管坏了", ""),
        ("帮我家报修", ""),
        ("帮大家反映一下，电梯又坏了", ""),
        ("请帮忙反映一下楼上漏水", ""),
        ("能不能帮我们解决一下楼下垃圾问题", ""),
        ("帮小区问一下", ""),
        ("帮我问一下师傅什么时候来", ""),
        ("楼上报修了吗", ""),
        ("I am asking for help with the light", ""),
        ("Thanks for the report", ""),
    ],
)
def test_for_whom_it_is_said(text: str, whom: str) -> None:
    assert on_behalf(text) == whom


def test_speaking_for_somebody_makes_a_matter_a_request() -> None:
    services = load_catalogue()
    meant = understand("帮我隔壁王奶奶报一下：她家水管漏了，电话13800138000", Context(services))
    assert (meant.action, meant.service) == (Action.FILE, "leak")
    assert understand("帮我妈问问哪里有卖糯米的", Context(services)).action is not Action.FILE


@pytest.mark.parametrize(
    "text",
    [
        *(
            "不用了",
            "没事了，好了",
            "不用来了，谢谢",
            "没事了",
            "算了吧",
            "已经好了",
            "自己好了",
            "灯自己亮了",
            "取消吧",
        ),
        *("已经修好了谢谢", "我们自己弄好了，不麻烦你们了", "不用麻烦了，谢谢师傅", "不好意思，不用修了"),
        *("never mind", "Never mind, thanks!", "it's fine now", "no need to come", "I fixed it myself, sorry"),
    ],
)
def test_these_take_a_request_back(text: str) -> None:
    assert never_mind(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "好了",
            "好的",
            "谢谢",
            "收到",
            "不用换整个灯",
            "不用了？",
            "是不是不用了",
            "不用了吧还是修一下",
            "还没好",
        ),
        *(
            "不用修水管了，修灯",
            "不用上午来了，下午来",
            "没事",
            "不是取消",
            "thanks",
            "ok",
            "no need to hurry",
            "is it fine now?",
        ),
        "已经好了，可是隔壁的还没有好",
    ],
)
def test_these_do_not(text: str) -> None:
    assert not never_mind(text)
