"""Photos laid to an activity, published and taken back; placements, views over time, who of a roster came. Desk and
phone. A film of 200 MB is refused by one sentence."""

from __future__ import annotations

import http.client
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from cast import BY, PASSWORD, make_cast
from doings import AT, a_roster, an_activity
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, expect

from bihuan.activities import queries
from bihuan.activities.models import Activity
from bihuan.figures import actions as figures

SHOTS = Path(os.environ.get("KEEP_SHOTS_IN", Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"))


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """What goes wrong in its scripts fails the test; that the network is cut is no fault of theirs."""
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    cut = ("status of 4", "ERR_INTERNET_DISCONNECTED")
    made.on(
        "console",
        lambda said: wrong.append(said.text) if said.type == "error" and not any(w in said.text for w in cut) else None,
    )
    yield made
    assert wrong == []


@pytest.fixture
def shoot(page: Page, size: str, axe: Callable[[Page], list[Any]]) -> Callable[[str], None]:
    """Look at a page: nothing sticks out sideways, axe has nothing to say; KEEP_SHOTS=1 keeps a picture."""

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)
        assert wide <= 0, name
        assert axe(page) == [], name

    return look


def drawn(number: int) -> dict[str, Any]:
    """A picture of a square with a screen, as a telephone sends it: on its side."""
    picture = Image.new("RGB", (1200, 900), (188, 214, 235))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 620, 1200, 900), fill=(150, 150, 140))
    pen.rectangle((300 + 40 * number, 200, 900, 560), fill=(170, 20, 20), outline=(40, 40, 40), width=12)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    picture.rotate(90, expand=True).save(out, "JPEG", exif=exif)
    return {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def enter(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill(name)
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()


def fill(page: Page, form: str, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"{form} [name={name}]").fill(value)


def furnished() -> tuple[Activity, Activity, Activity]:
    """Screens, a media work and a session of Kangle, and a roster of three."""
    cast = make_cast()
    figures.load_catalogue(by=BY, at=AT)
    a_roster(cast)
    screens = an_activity(cast, "screens", title="中心广场电子屏播放安全公益广告")
    films = an_activity(cast, "media_work", title="安全短视频")
    return screens, films, an_activity(cast, "training", title="企业主要负责人专题培训")


def test_materials(page: Page, shoot: Callable[[str], None], size: str, site: str) -> None:
    screens, films, session = furnished()
    enter(page, "康联络")
    page.goto(f"/activities/{screens.pk}/materials/")
    film = {"name": "启动.mp4", "mimeType": "video/mp4", "buffer": b"\0" * 4000}
    page.locator("#photos input[type=file]").set_input_files([drawn(1), film, drawn(2), drawn(3)])
    page.locator("#photos").get_by_label("说明").fill("中心广场大屏")
    refuses_at_once_and_keeps(page)
    assert page.locator(".photo img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
    page.locator("#place").get_by_label("载体").select_option(label="户外电子屏")
    days = {"start_on": "2023-06-01", "end_on": "2023-06-30"}
    fill(page, "#place", count="12", place="康乐县中心广场", content="安全生产公益广告", **days)
    page.locator("#place").get_by_role("button", name="登记宣传阵地").click()
    expect(page.locator("main")).to_contain_text("康乐县中心广场")
    shoot("materials")
    page.goto(f"/activities/{films.pk}/materials/")
    page.locator("#work").get_by_label("平台").select_option(label="抖音")
    film = {"title": "安全出行三十秒", "address": "https://www.douyin.com/video/1", "published_on": "2023-06-16"}
    fill(page, "#work", views="860", **film)
    page.locator("#work").get_by_role("button", name="登记作品").click()
    expect(page.locator(".series dd")).to_have_text("860")
    shoot("media-works")
    page.goto(f"/activities/{session.pk}/materials/")
    page.get_by_label("马一").check()
    page.get_by_role("button", name="登记参训").click()
    expect(page.locator(".came")).to_contain_text("马一")
    shoot("attendance")
    page.goto("/activities/rosters/")
    shoot("rosters")
    page.get_by_role("link", name="四类重点人员").click()
    expect(page.locator("main")).to_contain_text("33.3%")
    shoot("roster")
    enter(page, "马拟稿")
    page.goto(f"/activities/{screens.pk}/materials/")
    page.locator(".photo").first.locator("summary", has_text="公开").click()
    page.locator(".photo").first.get_by_role("button", name="公开").click()
    page.locator("dialog[open]").get_by_role("button", name="公开").or_(
        page.locator("dialog[open] button:not([data-close])")
    ).first.click()
    expect(page.locator("main")).to_contain_text("已公开")
    page.goto("/activities/photos/")
    expect(page.locator(".photo img")).to_have_count(3)
    shoot("photo-wall")
    page.context.clear_cookies()
    page.goto("/photos/")
    expect(page.locator(".photo img")).to_have_count(1)
    shoot("public-photos")
    if size == "pc":
        refuses_a_film(page, site, screens)


def refuses_at_once_and_keeps(page: Page) -> None:
    """A film among photos is refused before a byte is sent; when the network dies, all is kept and goes once more by
    itself. A photo made smaller in the browser tells nothing of its camera, and lies the right way round."""
    rows = page.locator(".sending li")
    expect(rows.nth(1)).to_contain_text("是视频，没有上传")
    page.get_by_label("缩小后再传").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="添加照片").click()
    expect(rows.nth(0)).to_contain_text("网络不通")
    expect(rows.nth(3)).to_contain_text("网络不通")
    assert page.locator("#photos").get_by_label("说明").input_value() == "中心广场大屏"
    page.context.set_offline(False)
    expect(rows.nth(3)).to_contain_text("已传到")
    page.reload()
    expect(page.locator(".photo img")).to_have_count(3)
    sent = page.request.get(page.get_by_role("link", name="原件").first.get_attribute("href") or "").body()
    picture = Image.open(io.BytesIO(sent))
    assert picture.size == (1200, 900)
    assert dict(picture.getexif()) == {}


def refuses_a_film(page: Page, site: str, activity: Activity) -> None:
    """200 MB, sent as a browser sends them, to the server that answers browsers."""
    enter(page, "康联络")
    page.goto(f"/activities/{activity.pk}/materials/")
    cookies = {item["name"]: item["value"] for item in page.context.cookies()}
    token = page.locator("#photos input[name=csrfmiddlewaretoken]").input_value()
    head = (
        f'--edge\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n--edge\r\n'
        'Content-Disposition: form-data; name="pieces"; filename="a.mp4"\r\n\r\n\0\0\0\x20ftypisom'
    ).encode()
    tail, size = b"\r\n--edge--\r\n", 200 * 2**20

    def body() -> Iterator[bytes]:
        yield head
        for _ in range(size // 2**20):
            yield b"\0" * 2**20
        yield tail

    link = http.client.HTTPConnection(urlsplit(site).netloc, timeout=60)
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
        "Content-Type": "multipart/form-data; boundary=edge",
        "Content-Length": str(len(head) + size + len(tail)),
    }
    link.request("POST", f"/activities/{activity.pk}/materials/photos/", body=body(), headers=headers)
    answer = link.getresponse()
    words = answer.read().decode()
    assert answer.status == 413, words[:2000]
    assert "“a.mp4”太大" in words
    assert "登记它的网址" in words
    assert len(queries.attachments(activity)) == 3
