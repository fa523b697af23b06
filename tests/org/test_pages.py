"""The pages of units, people and accounts: who gets them, what they cost, what they say, what they refuse."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from cast import AT, BY, PASSWORD, Cast, member, signed_in, unit
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from rosters import people as people_sheet

from bihuan.org import actions
from bihuan.org.models import Account, Holding, Person, Post, RosterDraft, SignIn, Unit
from bihuan.org.rules import Role

GET = Callable[..., Any]

ROW = ["甲", "", "康乐县", "县局", "", "", "", "", ""]
# Address → the members of the cast who get it (200); all others get 404, nobody's browser is sent to the sign-in page.
ADMINS = {"system_admin", "security_admin", "audit_admin"}
DIRECTORY = {"operator", "checker", "leader", *ADMINS}
ROUTES: dict[str, set[str]] = {
    "units": DIRECTORY,
    "unit": DIRECTORY,
    "unit_options": DIRECTORY,
    "new_unit": {"system_admin"},
    "rename_unit": {"system_admin"},
    "merge_unit": {"system_admin"},
    "close_unit": {"system_admin"},
    "new_section": {"system_admin"},
    "people": DIRECTORY,
    "person": DIRECTORY,
    "person_options": DIRECTORY,
    "new_person": {"system_admin"},
    "change_person": {"system_admin"},
    "appoint": {"system_admin"},
    "grant": {"system_admin", "security_admin"},
    "open_account": {"system_admin"},
    "hand_over": {"system_admin"},
    "end_post": {"system_admin"},
    "roster": DIRECTORY,
    "roster_template": DIRECTORY,
    "roster_export": DIRECTORY,
    "roster_preview": {"system_admin"},
    "policy": {"security_admin"},
    "sign_ins": {"audit_admin"},
    "me": {"*"},
    "password": {"*"},
}
# Answered to POST alone: → whom they let through, with what then stands in the row.
POSTS_ONLY: dict[str, set[str]] = {
    "reset_password": {"system_admin"},
    "close_account": {"system_admin"},
    "reopen_account": {"system_admin"},
    "unlock_account": {"security_admin"},
    "revoke": {"system_admin"},
    "roster_rows": {"system_admin"},
    "roster_drop": {"system_admin"},
    "roster_take": {"system_admin"},
    "roster_slips": {"system_admin", "security_admin"},
}
OWN = {"sign_in", "sign_out", "new_token", "end_token"}  # tests/org/test_accounts.py


@pytest.fixture
def address(cast: Cast) -> Callable[[str], str]:
    """The address of a route, about the liaison of Kangle and their unit."""
    person, post = cast.kangle_liaison, Post.objects.get(person=cast.kangle_liaison)
    draft = RosterDraft.objects.create(
        by=cast.system_admin.by,
        at=AT,
        file_name="名册.xlsx",
        content=people_sheet(ROW),
        digest="x",
    )
    about = {
        "hand_over": post.pk,
        "end_post": post.pk,
        "revoke": Holding.objects.get(post=post).pk,
    }
    units = {"unit", "rename_unit", "merge_unit", "close_unit", "new_section"}

    def made(name: str) -> str:
        plain = {"units", "unit_options", "new_unit", "people", "person_options", "new_person", "roster", "policy"}
        plain |= {"roster_template", "roster_export", "roster_slips", "sign_ins", "me", "password"}
        if name in plain:
            return reverse(f"org:{name}")
        if name.startswith("roster_"):
            return reverse(f"org:{name}", args=[draft.pk])
        key = about.get(name, cast.kangle_bureau.pk if name in units else person.pk)
        return reverse(f"org:{name}", args=[key])

    return made


def test_every_route_stands_in_a_table() -> None:
    from bihuan.org.urls import urlpatterns

    names = {pattern.name for pattern in urlpatterns}
    assert names == ROUTES.keys() | POSTS_ONLY.keys() | OWN


@pytest.mark.parametrize("name", ROUTES)
def test_who_gets_a_page(cast: Cast, address: Callable[[str], str], name: str) -> None:
    got = {who for who, person in cast.everyone().items() if signed_in(person).get(address(name)).status_code == 200}
    assert got == (set(cast.everyone()) if ROUTES[name] == {"*"} else ROUTES[name])
    answer = Client().get(address(name))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("name", POSTS_ONLY)
def test_who_may_send(cast: Cast, address: Callable[[str], str], name: str) -> None:
    from django.db import transaction

    through = set()
    for who, person in cast.everyone().items():
        with transaction.atomic():
            answer = signed_in(person).post(address(name))
            transaction.set_rollback(True)
        if answer.status_code != 404:
            through.add(who)
    assert through == POSTS_ONLY[name]
    assert signed_in(cast.system_admin).get(address(name)).status_code == 405


def test_a_county_administrator_sees_and_changes_the_county_alone(cast: Cast) -> None:
    boss = member("县管理", cast.kangle_bureau, Role.SYSTEM_ADMIN, cast.kangle)
    browser = signed_in(boss)
    page = browser.get("/org/people/").content.decode()
    assert "康联络" in page
    assert "永联络" not in page
    for person, post in ((cast.yongjing_liaison, None), (cast.leader, None)):
        assert post is None
        assert browser.get(reverse("org:person", args=[person.pk])).status_code == 404
        assert browser.post(reverse("org:reset_password", args=[person.pk])).status_code == 404
    # Somebody of the prefecture who also holds a post in the county is seen, and kept from above.
    actions.appoint(person=cast.leader, unit=cast.kangle_bureau, on=AT.date(), title="兼职", by=BY, at=AT)
    assert browser.get(reverse("org:person", args=[cast.leader.pk])).status_code == 200
    assert browser.post(reverse("org:reset_password", args=[cast.leader.pk])).status_code == 404


def test_who_reaches_further_is_kept_from_above(cast: Cast) -> None:
    """A county's administrator gets at nobody whose role covers the prefecture, wherever the post is."""
    boss = member("县管理", cast.kangle_bureau, Role.SYSTEM_ADMIN, cast.kangle)
    lent = member("借调人", cast.kangle_bureau, Role.OPERATOR, cast.prefecture)
    browser, post = signed_in(boss), Post.objects.get(person=lent)
    assert browser.get(reverse("org:person", args=[lent.pk])).status_code == 200
    assert browser.post(reverse("org:reset_password", args=[lent.pk])).status_code == 404
    wish = {"to": f"#{cast.kangle_liaison.pk}", "on": "2023-06-10"}
    assert browser.post(reverse("org:hand_over", args=[post.pk]), wish).status_code == 404
    assert signed_in(cast.system_admin).post(reverse("org:hand_over", args=[post.pk]), wish).status_code == 302


def test_no_administrator_can_make_themself_another(cast: Cast) -> None:
    """The ways round the separation: a grant, a handed over post, a reset password, one's own entry."""
    system, security = signed_in(cast.system_admin), signed_in(cast.security_admin)
    audit_post = Post.objects.get(person=cast.audit_admin)
    own_post = Post.objects.get(person=cast.system_admin)
    region = str(cast.prefecture.pk)
    idle_post = Post.objects.get(person=cast.idle)
    wish = {"post": idle_post.pk, "role": "audit_admin", "region": region}
    assert system.post(reverse("org:grant", args=[cast.idle.pk]), wish).status_code == 422
    assert security.post(reverse("org:grant", args=[cast.idle.pk]), wish | {"role": "operator"}).status_code == 422
    for url in (
        reverse("org:hand_over", args=[audit_post.pk]),
        reverse("org:end_post", args=[audit_post.pk]),
        reverse("org:hand_over", args=[own_post.pk]),
        reverse("org:reset_password", args=[cast.security_admin.pk]),
        reverse("org:reset_password", args=[cast.audit_admin.pk]),
        reverse("org:change_person", args=[cast.audit_admin.pk]),
        reverse("org:change_person", args=[cast.system_admin.pk]),
        reverse("org:close_account", args=[cast.system_admin.pk]),
    ):
        assert system.post(url, {"to": f"#{cast.idle.pk}", "on": "2023-05-01"}).status_code == 404, url
    assert security.post(reverse("org:grant", args=[cast.idle.pk]), wish).status_code == 302
    assert Holding.objects.filter(post=idle_post).values_list("role", flat=True).get() == "audit_admin"
    assert system.post(reverse("org:reset_password", args=[cast.idle.pk])).status_code == 404
    assert security.post(reverse("org:reset_password", args=[cast.idle.pk])).status_code == 200


# -- what pages cost -------------------------------------------------------------------------------------------------


def _many(cast: Cast) -> None:
    for number in range(49):
        person = actions.add_person(name=f"张{number}", phone=f"138000{number:05d}", book="example", by=BY, at=AT)
        at_unit = unit(cast.kangle, f"第{number}单位")
        actions.appoint(person=person, unit=at_unit, on=AT.date(), roles=[(Role.LIAISON, None)], by=BY, at=AT)
        actions.appoint(person=person, unit=cast.school, on=AT.date(), title="兼", by=BY, at=AT)
        if number % 2:
            actions.lend_account(person=person, name=f"z{number}", password=PASSWORD, by=BY, at=AT)


@pytest.mark.parametrize(
    ("who", "url", "queries"),
    [
        ("system_admin", "/org/units/?q=示范", 12),
        ("system_admin", "/org/units/?q=单位", 12),
        ("system_admin", "/org/people/?q=祁", 14),
        ("system_admin", "/org/people/?q=张", 14),
        ("system_admin", "/org/people/?q=z", 14),
        ("audit_admin", "/org/sign-ins/", 10),
    ],
)
def test_a_list_costs_the_same_at_one_row_and_at_fifty(
    cast: Cast, who: str, url: str, queries: int, django_assert_num_queries: Any
) -> None:
    _many(cast)
    for _ in range(49 if "sign" in url else 0):
        SignIn.objects.create(account=Account.objects.get(name="马拟稿"), at=AT, outcome="well", address="10.0.0.1")
    browser = signed_in(getattr(cast, who))
    with django_assert_num_queries(queries):
        assert browser.get(url).status_code == 200


@pytest.mark.parametrize("many", [False, True])
def test_the_page_of_a_unit_costs_the_same_with_many_people(
    cast: Cast, many: bool, django_assert_num_queries: Any
) -> None:
    if many:
        _many(cast)
    browser = signed_in(cast.system_admin)
    with django_assert_num_queries(18):
        assert browser.get(reverse("org:unit", args=[cast.school.pk])).status_code == 200


def test_long_lists_are_paged(cast: Cast) -> None:
    _many(cast)
    browser, seen, url = signed_in(cast.operator), [], "/org/people/"
    for _ in range(3):
        page = browser.get(url).content.decode()
        seen += re.findall(r'href="/org/people/(\d+)/"', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        url = "/org/people/" + following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == Person.objects.count()


# -- finding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("拟稿", {"马拟稿"}),
        ("mng", {"马拟稿"}),
        ("manigao", {"马拟稿"}),
        ("mani", {"马拟稿"}),
        ("示范小学", {"祁安全"}),
        ("0000", set()),
    ],
)
def test_people_are_found_by_name_pinyin_and_unit(cast: Cast, text: str, found: set[str]) -> None:
    page = signed_in(cast.operator).get("/org/people/", {"q": text}).content.decode()
    assert set(re.findall(r'class="person"><span lang="zh-Hans">([^<]+)', page)) == found


def test_nonsense_in_an_address_is_no_error(cast: Cast) -> None:
    browser = signed_in(cast.system_admin)
    for url in (
        "/org/people/?q=%00&region=x",
        "/org/people/?region=999999999999999999999&after=zzz",
        "/org/units/?q=%25%5F&closed=maybe",
        "/org/units/options/?field=into&into=%00",
        "/org/people/options/?field=__class__",
        "/org/people/new/?unit=99999999999999999999",
        "/org/units/?done=<script>",
    ):
        assert browser.get(url).status_code == 200, url
    audit = signed_in(cast.audit_admin)
    assert audit.get("/org/sign-ins/?address=x&since=0001-01-01&until=9999-12-31&outcome=?").status_code == 200


# -- doing -----------------------------------------------------------------------------------------------------------


def test_a_unit_is_opened_renamed_merged_and_closed(cast: Cast) -> None:
    browser = signed_in(cast.system_admin)
    answer = browser.post(
        "/org/units/new/", {"region": cast.kangle.pk, "name": "康乐县新局", "short_name": ""}, follow=True
    )
    assert "单位已新建" in answer.content.decode()
    assert "这个单位现在没有人" in answer.content.decode()
    made = Unit.objects.get(name="康乐县新局")
    rename = reverse("org:rename_unit", args=[made.pk])
    wish = {"version": 1, "name": "康乐县更新局", "short_name": "县新局", "on": "2023-06-01"}
    assert browser.post(rename, wish).status_code == 302
    stale = browser.post(rename, wish | {"name": "又一名"})
    assert stale.status_code == 409
    assert "已被他人改动" in stale.content.decode()
    taken = browser.post(rename, wish | {"version": 2, "name": "康乐县应急管理局"})
    assert taken.status_code == 422
    assert "该地区已有单位" in taken.content.decode()
    assert "曾用名" in browser.get(reverse("org:unit", args=[made.pk])).content.decode()
    merge = reverse("org:merge_unit", args=[made.pk])
    assert "没有找到" in browser.post(merge, {"version": 2, "into": "没有的局", "on": "2023-06-02"}).content.decode()
    into = f"康乐县应急管理局（康乐县） #{cast.kangle_bureau.pk}"
    assert browser.post(merge, {"version": 2, "into": into, "on": "2023-06-02"}).status_code == 302
    assert "已并入" in browser.get(reverse("org:unit", args=[made.pk])).content.decode()
    assert browser.post(merge, {"version": 2, "into": into, "on": "2023-06-02"}).status_code == 409
    closing = reverse("org:close_unit", args=[cast.school.pk])
    refused = browser.post(closing, {"version": 1, "on": "2023-06-02"})
    assert refused.status_code == 422
    assert "还有人任职" in refused.content.decode()


def test_a_person_is_entered_once_however_often_it_is_sent(cast: Cast) -> None:
    browser = signed_in(cast.system_admin)
    wish = {
        "name": "新来", "phone": "", "unit": "康乐县应急管理局", "section": "综合科", "title": "科员",
        "on": "2023-06-01", "role": "liaison", "region": "",
    }  # fmt: skip
    assert browser.post("/org/people/new/", wish).status_code == 302
    again = browser.post("/org/people/new/", wish)
    assert again.status_code == 422
    assert "该单位已有" in again.content.decode()
    assert 'value="综合科"' in again.content.decode()
    person = Person.objects.get(name="新来")
    page = browser.get(reverse("org:person", args=[person.pk])).content.decode()
    assert "联络员" in page
    assert "还没有开通账号" in page
    # A role that is held at a region needs one.
    wish |= {"name": "另来", "role": "leader"}
    assert "请选这个角色管到哪个地区" in browser.post("/org/people/new/", wish).content.decode()
    assert not Person.objects.filter(name="另来").exists()


def test_a_post_is_handed_over_on_a_day(cast: Cast) -> None:
    browser = signed_in(cast.system_admin)
    fresh = member("接任人", cast.kangle_bureau)
    post = Post.objects.get(person=cast.kangle_liaison)
    url = reverse("org:hand_over", args=[post.pk])
    early = browser.post(url, {"to": f"#{fresh.pk}", "on": "2022-06-10"})
    assert early.status_code == 422
    assert "不能早于任职之日" in early.content.decode()
    assert browser.post(url, {"to": f"接任人 #{fresh.pk}", "on": "2023-06-10"}).status_code == 302
    assert browser.post(url, {"to": f"接任人 #{fresh.pk}", "on": "2023-06-10"}).status_code == 409
    page = browser.get(reverse("org:person", args=[cast.kangle_liaison.pk])).content.decode()
    assert "曾任职" in page
    assert "接任人" in page
    assert Holding.objects.filter(post__person=fresh, role="liaison").exists()


def test_an_account_is_opened_reset_closed_and_opened_again(cast: Cast) -> None:
    browser = signed_in(cast.system_admin)
    fresh = actions.add_person(name="无号人", by=BY, at=AT)
    actions.appoint(person=fresh, unit=cast.kangle_bureau, on=AT.date(), by=BY, at=AT)
    opened = browser.post(reverse("org:open_account", args=[fresh.pk]), {"name": "wuhao"})
    assert opened.status_code == 200
    password = re.search(r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>", opened.content.decode())
    assert password
    assert "no-store" in opened["Cache-Control"]
    own = Client()
    answer = own.post("/sign-in/", {"name": "wuhao", "password": password[1], "next": "/me/"})
    assert answer.status_code == 302
    assert own.get("/me/")["Location"] == "/password/"
    reset = browser.post(reverse("org:reset_password", args=[fresh.pk]))
    assert reset.status_code == 200
    assert own.get("/password/").status_code == 302  # its session ended
    assert browser.post(reverse("org:close_account", args=[fresh.pk])).status_code == 302
    assert browser.post(reverse("org:close_account", args=[fresh.pk])).status_code == 409
    assert browser.post(reverse("org:reopen_account", args=[fresh.pk])).status_code == 302
    twice = browser.post(reverse("org:open_account", args=[fresh.pk]), {"name": ""})
    assert twice.status_code == 422
    assert "已有账号" in twice.content.decode()


def test_the_rules_are_set_within_their_limits(cast: Cast) -> None:
    browser = signed_in(cast.security_admin)
    form = browser.get("/org/policy/").context["form"]
    wish = {name: form.initial[name] for name in form.fields}
    assert browser.post("/org/policy/", wish | {"min_length": 3}).status_code == 422
    assert browser.post("/org/policy/", wish | {"min_length": 12}).status_code == 302
    page = browser.get("/org/policy/").content.decode()
    assert "8 → 12" in page
    assert "安管理" in page
    county = member("县安全", cast.kangle_bureau, Role.SECURITY_ADMIN, cast.kangle)
    assert signed_in(county).get("/org/policy/").status_code == 404


def test_the_log_of_sign_ins_shows_a_county_its_own(cast: Cast) -> None:
    for name, account in (("马拟稿", "马拟稿"), ("康联络", "康联络"), (None, None)):
        SignIn.objects.create(
            account=Account.objects.get(name=account) if name else None, at=AT, outcome="wrong", address="10.1.1.1"
        )
    county = member("县审计", cast.kangle_bureau, Role.AUDIT_ADMIN, cast.kangle)
    page = signed_in(county).get("/org/sign-ins/").content.decode()
    assert "康联络" in page
    assert "马拟稿" not in page
    assert "没有这个登录名" not in page
    page = signed_in(cast.audit_admin).get("/org/sign-ins/?outcome=wrong&q=联络").content.decode()
    assert "康联络" in page
    assert "马拟稿" not in page


# -- the roster ------------------------------------------------------------------------------------------------------


def _upload(browser: Client, content: bytes, name: str = "名册.xlsx") -> Any:
    return browser.post("/org/roster/", {"file": SimpleUploadedFile(name, content)})


def test_a_roster_goes_from_upload_to_slips(cast: Cast) -> None:
    browser = signed_in(cast.system_admin)
    content = people_sheet(
        ["新一", "13700000001", "康乐县", "康乐县应急管理局", "", "", "联络员", "", ""],
        ["新二", "1370000000x", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
        ["新三", "13700000003", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
    )
    answer = _upload(browser, content)
    assert answer.status_code == 302
    url = answer["Location"]
    page = browser.get(url + "?state=all").content.decode()
    assert "人员任职!B3" in page
    assert not Person.objects.filter(name__startswith="新").exists()
    assert browser.post(url + "rows/", {"leave": "人员任职!4", "back": "?state=all&page=0"}).status_code == 302
    shown = browser.get(url).context["form"].initial["shown"]
    wish = {"shown": shown, "on": "2023-06-01", "accounts": "liaisons"}
    stale = browser.post(url + "take/", wish | {"shown": "x"})
    assert stale.status_code == 409
    assert signed_in(cast.security_admin).post(url + "take/", wish).status_code == 404
    taken = browser.post(url + "take/", wish)
    assert taken.status_code == 200
    assert set(Person.objects.filter(name__startswith="新").values_list("name", flat=True)) == {"新一"}
    password = re.search(r"<code>([a-z0-9-]{14})</code>", taken.content.decode())
    assert password
    assert "no-store" in taken["Cache-Control"]
    assert browser.post(url + "take/", wish).status_code == 404  # a second click: it is gone
    slips = browser.post("/org/roster/slips.csv", {"slips": f"=新一\t某局\t137\t{password[1]}\n"})
    assert slips.content.decode().splitlines()[1] == f"'=新一,某局,137,{password[1]}"


def test_what_is_no_roster_is_refused_on_the_page(cast: Cast) -> None:
    browser = signed_in(cast.system_admin)
    for content in (b"", b"hello", people_sheet()):
        answer = _upload(browser, content)
        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()
    assert not RosterDraft.objects.exists()
    assert (
        _upload(signed_in(cast.operator), people_sheet(["甲", "", "", "某局", "", "", "", "", ""])).status_code == 404
    )


def test_a_preview_of_many_rows_is_paged_and_quick(cast: Cast, django_assert_max_num_queries: Any) -> None:
    browser = signed_in(cast.system_admin)
    rows = [[f"人{n}", f"137{n:08d}", "康乐县", f"第{n % 9}局", "", "", "", "", ""] for n in range(2000)]
    url = _upload(browser, people_sheet(*rows))["Location"]
    with django_assert_max_num_queries(30):
        page = browser.get(url + "?state=new&page=3").content.decode()
    assert page.count('data-label="状态"') == 50
    assert "?state=new&amp;page=4" in page


# -- English ---------------------------------------------------------------------------------------------------------


SPOKEN = ("title", "aria-label", "placeholder", "data-label", "data-confirm")


def chinese_outside(page: str) -> list[str]:
    """Chinese text of a page that no lang="zh-Hans" covers; the shell and the title are others' business."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        void = {"input", "br", "meta", "link", "use", "img", "hr"}

        def __init__(self) -> None:
            super().__init__()
            self.stack: list[bool] = []
            self.found: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            marked = dict(attrs).get("lang") == "zh-Hans" or (bool(self.stack) and self.stack[-1])
            if not marked:
                said = [text or "" for word, text in attrs if word in SPOKEN or (word, tag) == ("value", "input")]
                self.found += [text for text in said if re.search(r"[\u4e00-\u9fff]", text)]
            if tag not in self.void:
                self.stack.append(marked)

        def handle_endtag(self, tag: str) -> None:
            if tag not in self.void and self.stack:
                self.stack.pop()

        def handle_data(self, data: str) -> None:
            if re.search(r"[\u4e00-\u9fff]", data) and not (self.stack and self.stack[-1]):
                self.found.append(data.strip())

    reader = Reader()
    reader.feed(page[page.index('id="main"') - 6 : page.index("</main>") + 7])
    return reader.found


@pytest.mark.parametrize("name", [*ROUTES, "sign_in"])
def test_english_pages_are_english(cast: Cast, address: Callable[[str], str], name: str) -> None:
    if name in ("unit_options", "person_options", "roster_template", "roster_export"):
        return
    allowed = ROUTES.get(name, {"system_admin"})
    who = "system_admin" if "system_admin" in allowed or "*" in allowed else min(allowed)
    browser = signed_in(getattr(cast, who)) if name != "sign_in" else Client()
    actions.rename_unit(
        unit=cast.kangle_bureau,
        name="康乐县局",
        short_name="",
        expected_version=1,
        on=dt.date(2023, 6, 1),
        by=BY,
        at=AT,
    )
    SignIn.objects.create(account=Account.objects.get(person=cast.kangle_liaison), at=AT, outcome="well")
    url = "/sign-in/" if name == "sign_in" else address(name)
    browser.cookies["language"] = "en"
    page = browser.get(url).content.decode()
    assert chinese_outside(page) == []
    if name in ("rename_unit", "new_person", "hand_over", "policy", "roster"):
        assert chinese_outside(browser.post(url, {}).content.decode()) == []
