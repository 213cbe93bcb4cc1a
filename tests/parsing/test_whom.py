"""Questions about the grid and its people, told from requests that sound like them."""

import pytest

from parsing import asks_who

ASKED = """
我家是哪个网格？找谁？
我家是哪个网格
请问我们是第几网格？
我们网格员是谁
谁是我们的网格员？
网格员电话多少
怎么联系网格员
有事找谁
有事情该找谁啊
3栋归谁管
3栋是哪个网格的？
我刚搬来，请问这里是哪个网格，有事找谁？
我们小区网格长是谁
网格里都有谁
我家属于哪个网格呢
我該找誰？
我們家是哪個網格？
which grid am I in?
Who is my grid worker?
who do I contact?
Who's our grid leader
Hello, which grid is my home in and who should I contact?
How can I reach the grid worker?
who is in charge of my building
"""

NOT_ASKED = """
暖气不热找谁
楼道灯坏了归谁管
3栋楼道灯坏了
网格员是谁选的
网格员昨天来过
孩子上学找谁办
谁知道菜场几点关门
谁的车挡路了
我们网格员真好
这事归谁管都管不好
谁来管管楼上装修
找谁修水管
下水道堵了，该找谁
网格群里有谁在家
哪个网格的孩子走丢了
你好
who knows a good plumber
my worker is late
who is parking in front of building 3
which bus goes downtown
who is in charge of my building, the lift is broken
"""


@pytest.mark.parametrize("text", ASKED.strip().splitlines())
def test_it_is_asked(text: str) -> None:
    assert asks_who(text)


@pytest.mark.parametrize("text", NOT_ASKED.strip().splitlines())
def test_it_is_something_else(text: str) -> None:
    assert not asks_who(text)


def test_long_or_odd_texts_take_no_time() -> None:
    assert not asks_who("")
    assert not asks_who("谁" * 5000)
    assert not asks_who("我" * 90)
    assert not asks_who("who is my " * 9)
