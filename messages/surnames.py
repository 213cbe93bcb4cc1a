"""Chinese surnames: those of two characters, and how common ones are spelt for readers of English."""

_SPELLINGS = """
安An 白Bai 包Bao 鲍Bao 毕Bi 卞Bian 蔡Cai 曹Cao 岑Cen 柴Chai 常Chang 车Che 陈Chen 程Cheng 成Cheng 池Chi 储Chu 褚Chu
崔Cui 戴Dai 邓Deng 狄Di 丁Ding 董Dong 窦Dou 杜Du 段Duan 樊Fan 范Fan 方Fang 房Fang 费Fei 冯Feng 凤Feng 符Fu 傅Fu 付Fu
甘Gan 高Gao 戈Ge 葛Ge 耿Geng 龚Gong 宫Gong 古Gu 谷Gu 顾Gu 关Guan 管Guan 郭Guo 韩Han 郝He 何He 贺He 侯Hou 胡Hu 华Hua
黄Huang 霍Huo 姬Ji 纪Ji 季Ji 贾Jia 简Jian 江Jiang 姜Jiang 蒋Jiang 焦Jiao 金Jin 靳Jin 景Jing 康Kang 柯Ke 孔Kong 赖Lai
蓝Lan 郎Lang 雷Lei 黎Li 李Li 厉Li 连Lian 廉Lian 梁Liang 廖Liao 林Lin 凌Ling 刘Liu 柳Liu 龙Long 娄Lou 卢Lu 鲁Lu 陆Lu
路Lu 吕Lü 罗Luo 骆Luo 马Ma 麦Mai 满Man 毛Mao 茅Mao 梅Mei 孟Meng 米Mi 苗Miao 闵Min 莫Mo 穆Mu 倪Ni 聂Nie 宁Ning 牛Niu
欧Ou 潘Pan 庞Pang 裴Pei 彭Peng 皮Pi 平Ping 蒲Pu 戚Qi 齐Qi 祁Qi 钱Qian 乔Qiao 秦Qin 邱Qiu 裘Qiu 屈Qu 瞿Qu 冉Ran 饶Rao
任Ren 阮Ruan 沙Sha 单Shan 尚Shang 邵Shao 申Shen 沈Shen 盛Sheng 施Shi 石Shi 时Shi 史Shi 舒Shu 宋Song 苏Su 孙Sun 谈Tan
谭Tan 汤Tang 唐Tang 陶Tao 滕Teng 田Tian 童Tong 佟Tong 涂Tu 屠Tu 万Wan 汪Wang 王Wang 韦Wei 卫Wei 魏Wei 温Wen 文Wen
翁Weng 巫Wu 吴Wu 伍Wu 武Wu 奚Xi 席Xi 夏Xia 向Xiang 项Xiang 萧Xiao 肖Xiao 谢Xie 辛Xin 邢Xing 熊Xiong 徐Xu 许Xu 宣Xuan
薛Xue 严Yan 阎Yan 颜Yan 晏Yan 杨Yang 阳Yang 姚Yao 叶Ye 易Yi 殷Yin 尹Yin 应Ying 尤You 游You 于Yu 余Yu 俞Yu 虞Yu 喻Yu
袁Yuan 岳Yue 云Yun 臧Zang 曾Zeng 查Zha 翟Zhai 詹Zhan 张Zhang 章Zhang 赵Zhao 甄Zhen 郑Zheng 钟Zhong 周Zhou 朱Zhu
诸Zhu 祝Zhu 庄Zhuang 卓Zhuo 邹Zou 左Zuo 欧阳Ouyang 司马Sima 上官Shangguan 诸葛Zhuge 夏侯Xiahou 皇甫Huangfu 尉迟Yuchi
公孙Gongsun 慕容Murong 令狐Linghu 司徒Situ 端木Duanmu 东方Dongfang 独孤Dugu 南宫Nangong 宇文Yuwen 长孙Zhangsun
轩辕Xuanyuan 钟离Zhongli 闻人Wenren 申屠Shentu 呼延Huyan 百里Baili 西门Ximen 澹台Tantai 淳于Chunyu 单于Chanyu
太史Taishi 公冶Gongye 宗政Zongzheng 濮阳Puyang 赫连Helian 万俟Moqi 司空Sikong 左丘Zuoqiu 东郭Dongguo
"""


def _split(entry: str) -> tuple[str, str]:
    length = 2 if "\u4e00" <= entry[1] <= "\u9fff" else 1
    return entry[:length], entry[length:]


PINYIN = dict(_split(entry) for entry in _SPELLINGS.split())
COMPOUND = frozenset(name for name in PINYIN if len(name) == 2)
