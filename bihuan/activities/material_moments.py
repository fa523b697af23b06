"""What was done to materials of activities and to rosters, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bihuan.activities.attachment_rules import KIND_WORDS, AttachmentKind
from bihuan.activities.publicity_rules import carriers, platforms
from bihuan.lib.words import say

MATERIALS: dict[str, tuple[str, str, Any]] = {
    "activities.attached": ("添加材料", "laid files to an activity", "plain"),
    "activities.attachment_removed": ("移除材料", "took a file off an activity", "warn"),
    "activities.photo_released": ("公开照片", "let the public see a photo", "info"),
    "activities.photo_taken_back": ("撤下公开照片", "took a photo back from the public", "warn"),
    "activities.placed": ("登记宣传阵地", "entered a placement", "plain"),
    "activities.placement_removed": ("移除宣传阵地", "took a placement out", "warn"),
    "activities.published": ("登记作品", "entered a media work", "plain"),
    "activities.work_removed": ("移除作品", "took a media work out", "warn"),
    "activities.views_read": ("更新阅读播放量", "read off views", "plain"),
    "activities.roster_opened": ("建立培训名册", "began a training roster", "info"),
    "activities.people_listed": ("列入名册", "put people on a roster", "plain"),
    "activities.taken_off": ("移出名册", "took someone off a roster", "warn"),
    "activities.roster_closed": ("封存名册", "closed a roster", "info"),
    "activities.attended": ("登记参训", "entered who came", "plain"),
    "activities.not_attended": ("更正参训", "took an attendance out", "warn"),
    "activities.certified": ("登记证书", "entered a certificate", "plain"),
    "activities.certificate_removed": ("移除证书", "took a certificate out", "warn"),
}


def material_detail(values: Mapping[str, Any]) -> Iterator[str]:
    """The parts of an entry's values that these verbs have."""
    if (carrier := carriers().get(str(values.get("carrier")))) is not None:
        yield f"{say(carrier.zh, carrier.en)} × {values.get('count', '')}"
    if isinstance(place := values.get("place"), str):
        yield place
    if (platform := platforms().get(str(values.get("platform")))) is not None:
        yield say(platform.zh, platform.en)
    for name in ("work", "certificate"):
        if isinstance(said := values.get(name), str):
            yield f"《{said}》" if name == "work" else said
    if isinstance(views := values.get("views"), int):
        yield say(f"{values.get('day')}：{views} 次", f"{values.get('day')}: {views}")
    if isinstance(files := values.get("files"), list):
        kind = str(values.get("kind"))
        zh, en = KIND_WORDS[AttachmentKind(kind)] if kind in list(AttachmentKind) else ("文件", "file")
        yield say(f"{zh} {len(files)} 个", f"{en}: {len(files)}")
    if isinstance(entries := values.get("entries"), list):
        yield say(f"{len(entries)} 人", f"{len(entries)} people")
    if "carrier" not in values and isinstance(count := values.get("count"), int):
        yield say(f"{count} 人", f"{count} people")
