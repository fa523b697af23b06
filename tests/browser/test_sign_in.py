from cast import PASSWORD, make_cast
from playwright.sync_api import Page, expect


def test_sign_in(page: Page, site: str) -> None:
    make_cast()
    page.goto("/me/")
    page.get_by_label("登录名或手机号").fill("周联络")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="周联络")).to_be_visible()
