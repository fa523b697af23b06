"""The whole reading: its JSON, many reports one a line, clean reports without a lint, any text, and its speed."""

from __future__ import annotations

import json
import statistics
import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.reading.figures import find_figures
from bihuan.reading.lints import find_lints
from bihuan.reading.outline import Outline, find_outline
from bihuan.reading.report import Reading, read, read_jsonl
from bihuan.reading.tail import Tail, find_tail

COUNTY = """东乡县2024年“安全生产月”活动情况报告
县安委会：
2024年6月是第23个全国“安全生产月”。根据省、州安排，我县紧扣“人人讲安全、个个会应急——畅通生命通道”主题，扎实开展各项活动。现将有关情况报告如下：
一、高位推动，周密部署
（一）加强组织领导。县委、县政府主要领导多次听取汇报，县安委办印发《东乡县2024年“安全生产月”活动方案》，明确5个方面20项任务。
（二）压实工作责任。成立4个督导组，对24个乡镇实行包片指导，确保各项任务落到实处。
二、突出重点，统筹推进
（一）广泛开展宣传。6月16日在县城中心广场举办宣传咨询日活动，悬挂横幅30条，摆放展板45块，发放宣传资料1.2万余份，接受群众咨询600余人次。
（二）深入排查隐患。全县共检查企业和经营场所186家，排查问题隐患320处，其中重大隐患2处，已整改304处，整改率95%，其余隐患正在限期整改。
（三）组织应急演练。全县共开展应急演练28场次，参演人员约2400人，观摩群众近5000人。
三、存在问题
一是个别企业主体责任落实不够到位，二是部分乡镇宣传形式比较单一，三是应急演练的实战性有待加强。
四、下一步工作
县安委办将持续巩固活动成果，推动安全生产形势持续稳定向好。
附件：1.活动统计表
　　　2.典型做法材料
东乡县安全生产委员会办公室
2024年7月3日
（联系人：马某某，联系电话：0930-7123456）
"""

ENTERPRISE = """宏远化工有限公司2023年安全生产月活动总结
按照集团公司统一部署，公司围绕“人人讲安全、个个会应急”主题，组织开展了形式多样的安全生产月活动，现总结如下。
1. 加强领导
公司成立由总经理任组长的领导小组，6月1日召开动员大会，参会职工320人。
2. 开展培训
2.1 全员培训。举办培训班6期，培训职工412人次，考核合格405人，合格率98.3%。
2.2 班组学习。各班组利用班前会学习操作规程，累计开展48场。
3. 隐患治理
3.1 专项检查。对储罐区、装卸区开展专项检查3次，发现隐患26项，完成整改26项，整改率100%。
3.2 票证管理。严格动火、受限空间等特殊作业审批，抽查作业票证60份，均符合要求。
4. 应急演练
组织液氨泄漏综合演练1次、车间现场处置演练5次，累计180余人参加，检验了《液氨泄漏专项应急预案》。
"""

SCHOOL = """实验小学安全生产月工作小结
本学期，学校认真落实教育局要求，把安全教育融入日常，取得明显成效。
第一，抓好课堂教育。各班召开主题班会36场，学生1800余人全部参加，参与率100%。
第二，抓好应急疏散。6月5日组织地震疏散演练，全校师生用时3分20秒安全撤离到操场。
第三，抓好家校联动。通过微信群推送安全提示24条，发放《致家长的一封信》1800份，签订承诺书1800份。
今后，学校将继续努力，为学生健康成长保驾护航。
实验小学
2023年6月30日
"""

BULLETIN = """安全生产月工作简报
第3期
县应急管理局编                         2025年6月12日

【工作动态】
6月10日，县应急管理局联合消防救援大队、市场监管局，对3家大型商场和5家宾馆饭店开展联合检查，发现消防通道堵塞、灭火器过期等隐患17处，当场整改12处，限期整改5处。
【基层在线】
达板镇：组织镇村干部入户走访1100余户，面对面讲解用电用气安全知识，发放明白纸1500份。
唐汪镇：6月8日至11日，开展防汛演练2场次，转移群众130人，检验预案3个。
报：县委办、县政府办。
送：县安委会各成员单位。
"""

HOSPITAL = """市第二人民医院安全生产月活动总结
6月以来，医院以“人人讲安全、个个会应急”为主题，从四个方面抓好落实：
（1）制度建设。修订危化品管理、消防安全等制度8项，签订安全责任书96份。
（2）教育培训。开展消防培训4场，培训医护人员、保安保洁人员650余人次，实操灭火器使用。
（3）隐患排查。检查重点部位42处，发现隐患15处，已整改13处，整改率86.7%，剩余2处已列入改造计划。
（4）应急演练。开展停电、火灾、医用气体泄漏等演练5次，参演320余人。
下一步，医院将健全长效机制：一是完善巡查制度；二是加强信息化建设；三是强化考核问责。
市第二人民医院
2023年7月2日
"""

BUREAU = """市交通运输局关于2022年“安全生产月”活动开展情况的报告
目　录
一、基本情况………………1
二、主要做法………………2
三、下步打算………………5
一、基本情况
今年6月，全市交通运输系统开展“安全生产月”活动，共有126家企业、2.3万名从业人员参加。
二、主要做法
（一）狠抓行业监管
1、开展“两客一危”专项整治，检查车辆860台次，查处违法行为35起，罚款12.6万元。
2、开展公路水运工程检查，发现隐患210处，其中已整改198处、正在整改12处。
（二）强化宣传教育
1、制作短视频15个，阅读量突破30万次。
2、在客运站设置咨询台12个，发放宣传册8000余册。
三、下步打算
一是压实责任。督促企业落实主体责任，开展全员培训。
二是强化执法。严查超限超载，形成有力震慑。
附件1
全市交通运输系统安全生产月活动情况统计表
序号	单位	横幅（条）	展板（块）
1	城区分局	20	15
2	开发区分局	18	12
3	高速公路段	25	16
"""

SITE = """中铁项目部安全月活动汇报
一、开工前准备
项目部于6月1日启动活动，参加人员覆盖全部12个作业班组，共计280余人。
二、现场管控
项目部坚持每日班前讲话，重点管控深基坑、高支模、起重吊装等危险性较大的工程。开展联合检查4次，下发整改通知书9份，隐患37条全部整改到位。
三、应急能力
6月20日开展高处坠落应急演练，出动车辆3台，参演60余人，历时40分钟，总结出3个方面不足，并据此修订预案。
"""

CLEAN = {
    "county": COUNTY, "enterprise": ENTERPRISE, "school": SCHOOL, "bulletin": BULLETIN, "hospital": HOSPITAL,
    "bureau": BUREAU, "site": SITE,
}  # fmt: skip


@pytest.mark.parametrize("genre", CLEAN)
def test_a_clean_report_has_no_lint(genre: str) -> None:
    reading = read(CLEAN[genre])
    assert [(lint.code, lint.zh) for lint in reading.lints] == []
    assert reading.outline.issues == ()
    assert reading.figures


def test_a_fault_put_into_a_clean_report_is_found() -> None:
    broken = COUNTY.replace("（二）深入排查隐患", "（四）深入排查隐患").replace("整改率95%", "整改率99%")
    assert {lint.code for lint in read(broken).lints} >= {"rate", "numbering_gap"}


def test_the_json_is_the_agreed_one() -> None:
    text = "二、做法\n一是6月12日县安委办在康乐县举办咨询日活动，2000余人参加。\n三是发放资料XX份。\n"
    reading = json.loads(json.dumps(read(text).as_dict()))
    assert set(reading) == {"figures", "outline", "activities", "lints"}
    assert set(reading["outline"]) == {"headings", "issues"}
    assert set(reading["outline"]["headings"][0]) == {"level", "marker", "style", "number", "start"}
    assert reading["outline"]["issues"] == [
        {"kind": "gap", "level": 2, "style": "shi", "after": 1, "before": 3, "missing": [2]}
    ]
    assert {"start", "end", "text", "low", "high", "form", "unit", "unit_norm", "measures", "role", "place", "actor",
            "date"} <= set(reading["figures"][0])  # fmt: skip
    for lint in reading["lints"]:
        assert set(lint) == {"code", "severity", "start", "end", "message", "message_en"}


# -- many reports, one a line ---------------------------------------------------------------------------


def test_a_line_in_a_line_out() -> None:
    lines = [
        json.dumps({"id": "a", "text": "参加人数近1.5万人。"}),
        json.dumps({"id": 7, "text": "发放资料8万余份。"}).encode(),
        "",
        '{"id": "b"',
        json.dumps(["no object"]),
        json.dumps({"id": "c"}),
        json.dumps({"id": "d", "text": 5}),
        json.dumps({"id": "e", "text": "  "}),
        '{"id": "f", "text": "\\ud800"}',
        b'{"id": "g", "text": "\xff"}',
        "[" * 100_000,
        '{"id": NaN, "text": "x"}',
        json.dumps({"text": "检查企业30家。"}),
    ]
    answers = [json.loads(line) for line in read_jsonl(lines)]
    assert [answer["id"] for answer in answers] == ["a", 7, None, None, "c", "d", "e", "f", None, None, None, None]
    assert ["error" in answer for answer in answers] == [False, False] + [True] * 9 + [False]
    assert answers[0]["figures"][0]["text"] == "近1.5万人"
    assert all(set(answer) == {"id", "error"} for answer in answers[2:11])


def test_lines_are_read_one_at_a_time() -> None:
    taken = []

    def lines() -> object:
        for number in range(3):
            taken.append(number)
            yield json.dumps({"id": number, "text": "检查企业30家。"})

    answers = read_jsonl(lines())  # type: ignore[arg-type]
    next(answers)
    assert taken == [0]


# -- any text at all ---------------------------------------------------------------------------------------

WORDS = (
    "一、 二、 （一） （三） 1. 2、 1.1 (2) 一是 二是 五是 第一， 第二章 "
    "。 ， ； 附件1 目录 ： 其中 合计 近 余 多 约 左右 "
    "1.5万 2000 三十 人 处 份 % 整改率 整改 排查隐患 《 》 方案 XX "
    "____ 月 年 2023 篇1 ... 相关阅读 安全生产 我的 竞赛 积分 分"
)
PIECES = [*WORDS.split(" "), "\n", "\n\n", " ", "\t", "作文 篇1"]
SOUP = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=60).map("".join)


def assert_sound(text: str, reading: Reading) -> None:
    size = len(text)
    assert 0 <= reading.tail.end <= size
    for start, end in reading.tail.spans:
        assert reading.tail.end <= start < end <= size
    places = [heading.start for heading in reading.outline.headings]
    assert places == sorted(places)
    for heading in reading.outline.headings:
        assert text[heading.start : heading.end].strip() == heading.marker
        assert heading.level >= 1
        assert heading.number >= 1
    for issue in reading.outline.issues:
        assert issue.kind in {"gap", "duplicate", "level", "restart"}
        assert 0 <= issue.start < issue.end <= size
    for lint in reading.lints:
        assert 0 <= lint.start < lint.end <= size
        assert lint.severity in {"error", "warning", "info"}
    for figure in reading.figures:
        assert figure.end <= reading.tail.end
    json.dumps(reading.as_dict(), allow_nan=False)


@settings(max_examples=300, deadline=None)
@given(SOUP)
def test_any_text_is_read(text: str) -> None:
    assert_sound(text, read(text))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=12))
def test_a_sequence_has_an_issue_exactly_when_it_has_a_fault(numbers: list[int]) -> None:
    """Lines 1. … with nothing between them: sound only when each number is one more than the one before."""
    text = "一、甲\n" + "".join(f"{number}.事项\n" for number in numbers) + "二、乙\n"
    issues = find_outline(text).issues
    sound = numbers[0] == 1 and all(b == a + 1 for a, b in pairwise(numbers))
    if sound:
        assert not issues
    elif numbers[0] == 1:
        assert issues


PATTERNS = [
    "一是", "（", "1.1.", "一、\n", "（一）\n1.\n", "一是，", "一是甲。二是乙。", "\n", "第一，",
    "三、\n一、\n", "《", "近1",
    "XX",
    "安全...\n", " ", "相关阅读\n", "约", "年 月 日", "目录\n一、甲\n", "附件1\n", "__", "《甲方案",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_time_is_linear(pattern: str) -> None:
    """The order, the end and the words of 200,000 characters; the numbers have tests of their own."""
    text = (pattern * (200_000 // len(pattern) + 1))[:200_000]
    began = time.process_time()
    tail = find_tail(text)
    outline = find_outline(text, end=tail.end)
    find_lints(text, [], outline, tail=tail)
    assert time.process_time() - began < 4  # under 2 on a quiet machine


@pytest.mark.parametrize(
    "pattern", ["其中1处", "共1处，其中1处，合计", "排查隐患12处，整改11处，整改率100%。", "参赛6万人，积分870万分，"]
)
def test_time_of_the_lints_is_linear_in_figures(pattern: str) -> None:
    def seconds(size: int) -> float:
        text = (pattern * (size // len(pattern) + 1))[:size]
        figures = find_figures(text)
        best = 9.0
        for _ in range(3):  # the collector may fall into any one of them
            began = time.process_time()
            find_lints(text, figures, Outline(), tail=Tail(size))
            best = min(best, time.process_time() - began)
        return best

    assert seconds(24_000) < 12 * seconds(6_000) + 0.05


@pytest.mark.slow
def test_speed() -> None:
    """10,000 characters in some 25 ms of processor time on a quiet machine; four times that is allowed here."""
    text = (COUNTY + ENTERPRISE + BUREAU + HOSPITAL) * 10
    text = text[:10_000]
    read(text)
    times = []
    for _ in range(20):
        began = time.process_time()
        read(text)
        times.append(time.process_time() - began)
    assert statistics.median(times) < 0.100
