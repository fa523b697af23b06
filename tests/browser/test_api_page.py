"""The page that lists the operations of the API."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

SHOTS = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"


def test_the_page_of_the_api(page: Page, site: str, size: str, axe: Callable[[Page], list[Any]]) -> None:
    """Nothing sticks out sideways, axe has nothing to say; KEEP_SHOTS=1 keeps a picture."""
    page.goto("/api/")
    expect(page.get_by_role("heading", name="接口", exact=True)).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    if os.environ.get("KEEP_SHOTS"):
        page.screenshot(path=SHOTS / f"api-{size}.png")
