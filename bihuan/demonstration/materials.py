"""What the model county lays to its activities: pictures that the program draws and that say so, screens put up, a
short film with its views, a small roster of training with who came (model data throughout)."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bihuan.activities import actions
from bihuan.activities import queries as activities
from bihuan.activities.access import the_kind
from bihuan.activities.actions import Listed, Offered, Paper, Place, Said, Work
from bihuan.activities.attachment_rules import AttachmentKind
from bihuan.demonstration.office import BOOK
from bihuan.demonstration.story import Story, moment

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from bihuan.activities.models import Activity
    from bihuan.campaigns.models import Campaign
    from bihuan.demonstration.office import Office

_KEYS = uuid.UUID("6b6f0a3d-52d4-5f2e-8f0a-8a4a0c3f9d27")  # namespace of the story's keys: told twice, filed once
MARK = "示例图片 · 程序绘制 · MODEL"
PICTURES = (("中心广场大屏（示例）", (26, 86, 96)), ("车站电子屏（示例）", (122, 74, 18)))
PEOPLE = (
    Listed("示例·甲", "康乐县示例水泥厂", "主要负责人"),
    Listed("示例·乙", "康乐县示例商场", "主要负责人"),
    Listed("示例·丙", "康乐县示例加油站", "安全管理人员"),
    Listed("示例·丁", "康乐县示例食品厂", "主要负责人"),
    Listed("示例·戊", "康乐县示例液化气站", "安全管理人员"),
)
CAME = 3  # of them: so that somebody is missing
VIEWS = ((12, 860), (16, 3150), (20, 5400), (27, 6020))  # days of June, as read off


@dataclass(frozen=True)
class Materials:
    """What was laid to activities in the story."""

    office: Office
    campaign: Campaign

    def put(self, story: Story) -> None:
        story.put(moment(6, 9, 17), self._screens)
        story.put(moment(6, 10, 17), self._film)
        for day, views in VIEWS:
            story.put(moment(6, day, 18), partial(self._views, views))
        story.put(moment(6, 15, 17), self._training)

    def _filed(self, kind: str, title: str, at: dt.datetime) -> Activity | None:
        """One of the county's activities; None where it was filed in an earlier run."""
        unit, key = self.office.county_unit, self._key(kind)
        if activities.by_key(key):
            return None
        day = at.date()
        said = Said(
            kind=the_kind(kind),
            unit=unit,
            region=unit.region,
            start=day,
            end=day,
            title=title,
            campaign=self.campaign,
        )
        return actions.file_activity(said=said, key=key, by=self._by, at=at)

    def _key(self, kind: str) -> uuid.UUID:
        return uuid.uuid5(_KEYS, f"{self.campaign.pk}:{kind}")

    @property
    def _by(self) -> str:
        return self.office.county_liaison.by

    def _screens(self, at: dt.datetime) -> None:
        found = self._filed("screens", "电子屏播放安全公益广告（示例）", at)
        if found is None:
            return
        for words, colour in PICTURES:
            files = [Offered("model.jpg", drawn(words, colour))]
            photo = AttachmentKind.PHOTO
            actions.attach(activity=found, kind=photo, files=files, caption=words, by=self._by, at=at)
        first, last = dt.date(2023, 6, 1), dt.date(2023, 6, 30)
        for place, count in (("康乐县中心广场（示例）", 2), ("康乐县汽车站（示例）", 1)):
            said = Place("outdoor_screen", count, place, "安全生产公益广告（示例）", first, last)
            actions.place(activity=found, said=said, by=self._by, at=at)

    def _film(self, at: dt.datetime) -> None:
        found = self._filed("media_work", "安全短视频（示例）", at)
        if found is None:
            return
        said = Work("douyin", "安全出行三十秒（示例）", "", at.date())
        actions.publish(activity=found, said=said, by=self._by, at=at)

    def _views(self, views: int, at: dt.datetime) -> None:
        found = activities.filed_under(self._key("media_work"))
        assert found is not None, "its film comes first"
        ((work, series),) = activities.works_over_time(found)
        if at.date() not in {item.day for item in series}:
            actions.read_views(work=work, day=at.date(), views=views, by=self._by, at=at)

    def _training(self, at: dt.datetime) -> None:
        found = self._filed("training", "企业主要负责人和安全管理人员培训（示例）", at)
        if found is None:
            return
        unit, by = self.office.county_unit, self._by
        roster = actions.open_roster(
            unit=unit,
            region=unit.region,
            target="principals",
            name="康乐县企业负责人名册（示例）",
            campaign=self.campaign,
            book=BOOK,
            by=by,
            at=at,
        )
        actions.list_people(roster=roster, people=PEOPLE, by=by, at=at)
        entries = list(activities.entries(roster).order_by("order"))
        actions.attended(activity=found, entries=entries[:CAME], by=by, at=at)
        until = dt.date(2026, 6, 14)
        paper = Paper("安全生产知识和管理能力考核合格证（示例）", "示例-0001", at.date(), "示例机关", until)
        actions.certify(entry=entries[0], said=paper, by=by, at=at)


def drawn(words: str, colour: tuple[int, int, int]) -> bytes:
    """A picture of a screen on a square that nobody can take for a photo: flat colours, and across it what it is."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (960, 720), (226, 232, 232))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 520, 960, 720), fill=(196, 192, 180))
    pen.rectangle((190, 130, 770, 450), fill=colour, outline=(40, 50, 54), width=14)
    for left in (300, 640):
        pen.rectangle((left, 450, left + 24, 560), fill=(40, 50, 54))
    small, large = _font(34), _font(48)
    pen.text((480, 290), words, font=small, fill=(255, 255, 255), anchor="mm")
    pen.rectangle((0, 600, 960, 690), fill=(255, 244, 214))
    pen.text((480, 645), MARK, font=large, fill=(150, 40, 20), anchor="mm")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


def _font(size: int) -> FreeTypeFont | ImageFont:
    """A font with Chinese letters, as papers are printed in."""
    from PIL import ImageFont

    from bihuan.documents.fonts import discover

    face = discover().chain("hei")[0]
    return ImageFont.truetype(face.path, size, index=face.index)
