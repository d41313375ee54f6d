"""Debian's Chromium with the network cut: opens a page and says what it saw there."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import TimeoutError as TooLong
from playwright.async_api import async_playwright

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
    from typing import Any

    from playwright.async_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True}
LOOKS = {
    "desktop": DESKTOP,
    "phone": PHONE,
    "dark": {**DESKTOP, "color_scheme": "dark"},
    "dark-phone": {**PHONE, "color_scheme": "dark"},
}
# What a reader may have set: everything twice or four times as large, a palette of
# the system's own, nothing that moves.
EASED = {
    "zoomed": {"viewport": {"width": 640, "height": 450}, "device_scale_factor": 2},
    "zoomed-more": {"viewport": {"width": 320, "height": 225}},
    "forced": {**DESKTOP, "forced_colors": "active", "color_scheme": "dark"},
    "still": {**DESKTOP, "reduced_motion": "reduce"},
}
# Nobody listens there: neither the page nor Chromium itself reaches any host.
NOWHERE = {"server": "http://127.0.0.1:9", "bypass": "<-loopback>"}
LONGEST = 15_000  # milliseconds until all charts of a page are drawn
DRAWN = (
    "!document.querySelector('figure.chart')"
    " || document.documentElement.dataset.drawn === 'all'"
)
# Where the focus is: what kind of place, its text, its box, and how it is marked.
STOP = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return null;
  const box = node.getBoundingClientRect(), style = getComputedStyle(node);
  return {
    kind: node.tagName.toLowerCase(), text: node.textContent.trim(),
    goes: node.getAttribute("href") ?? "", place: node.closest("[id]")?.id ?? "",
    top: box.top, bottom: box.bottom, left: box.left, width: box.width,
    number: [...document.querySelectorAll("*")].indexOf(node),
    tall: innerHeight, tabindex: node.tabIndex,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
  };
}"""
AXE = {"resultTypes": ["violations"], "preload": False}  # axe itself loads nothing
SEEN = Path(__file__).with_name("seen.js").read_text("utf-8")


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a page came to.

    ``charts`` holds of each chart whether it says it is ``drawn``, how many ``marks``
    it has and which of its texts are ``cut`` off; ``addresses`` what the page links to
    or would load; ``requests`` what it asked for besides itself; ``ran`` what a payload
    did; ``violations`` what axe-core calls serious or critical.
    """

    title: str
    width: int
    charts: list[dict[str, Any]]
    addresses: list[str]
    requests: list[str]
    console: list[str]
    ran: list[str]
    violations: list[str]


class Chromium:
    """One browser for many pages; each is opened anew, in a context of its own."""

    def __init__(self, runner: asyncio.Runner, browser: Browser) -> None:
        self._runner, self._browser = runner, browser
        self.see = cache(self.see)

    def see(self, path: Path, look: str = "desktop") -> Sight:
        """Open a page in one of ``LOOKS`` and return what was seen."""
        return self._opened(path, look, _sight)

    def shoot(self, path: Path, look: str = "desktop") -> bytes:
        """Return a picture of the whole page, as PNG."""
        return self._opened(path, look, _picture)

    def print(
        self, path: Path, look: str = "desktop", *, before: str = "() => {}"
    ) -> bytes:
        """Return the page as PDF; ``before`` is a script that prepares it."""

        async def printed(page: Page, _told: dict[str, list[str]]) -> bytes:
            await page.evaluate(before)
            return await page.pdf(
                prefer_css_page_size=True, print_background=True, tagged=True
            )

        return self._opened(path, look, printed)

    def ask(self, path: Path, script: str, look: str = "desktop") -> Any:
        """Return what a script finds in the page."""

        async def asked(page: Page, _told: dict[str, list[str]]) -> Any:
            return await page.evaluate(script)

        return self._opened(path, look, asked)

    def visit(
        self, address: str, script: str, *, until: str, look: str = "desktop"
    ) -> tuple[Any, dict[str, list[str]]]:
        """Open what is served on this machine, alone, and return what was seen.

        Parameters
        ----------
        address
            The network is cut to all but its host and port.
        script
            What is asked of the page; its answer is returned first.
        until
            A selector of what is there when the page is.
        look
            One of ``LOOKS``.
        """

        async def visited() -> tuple[Any, dict[str, list[str]]]:
            only = NOWHERE | {"bypass": urlsplit(address).netloc}
            async with await self._browser.new_context(
                **LOOKS[look], proxy=only
            ) as context:
                told = _listen(context, address)
                page = await context.new_page()
                await page.goto(address)
                await page.wait_for_selector(until, timeout=4 * LONGEST)
                return await page.evaluate(script), told

        return self._runner.run(visited())

    def tab(self, path: Path, most: int = 300) -> list[dict[str, Any]]:
        """Return what the key Tab leads to, in order, as ``STOP`` describes it."""

        async def walked(page: Page, _told: dict[str, list[str]]) -> list[Any]:
            stops = []
            for _ in range(most):
                await page.keyboard.press("Tab")
                stop = await page.evaluate(STOP)
                if stop is None:
                    break
                stops.append(stop)
            return stops

        return self._opened(path, "desktop", walked)

    def _opened(
        self, path: Path, look: str, work: Callable[..., Awaitable[Any]]
    ) -> Any:
        async def work_there() -> Any:
            async with _page(self._browser, path.as_uri(), look) as (page, told):
                return await work(page, told)

        return self._runner.run(work_there())


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Start the browser, and end it."""
    with asyncio.Runner() as runner:
        context = _browser()
        browser = runner.run(context.__aenter__())
        try:
            yield Chromium(runner, browser)
        finally:
            runner.run(context.__aexit__(None, None, None))


@asynccontextmanager
async def _browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, proxy=NOWHERE
        )
        yield browser
        await browser.close()


@asynccontextmanager
async def _page(
    browser: Browser, address: str, look: str
) -> AsyncIterator[tuple[Page, dict[str, list[str]]]]:
    async with await browser.new_context(**(LOOKS | EASED)[look]) as context:
        told = _listen(context, address)
        page = await context.new_page()
        await page.goto(address)
        with suppress(TooLong):  # what is not drawn is seen in the charts
            await page.wait_for_function(DRAWN, timeout=LONGEST)
        yield page, told


def _listen(context: BrowserContext, address: str) -> dict[str, list[str]]:
    told = {"requests": [], "console": [], "ran": []}

    async def dismiss(dialog: Any) -> None:
        told["ran"].append(f"{dialog.type}: {dialog.message}")
        await dialog.dismiss()

    def request(made: Any) -> None:
        if made.url != address and not made.url.startswith(("data:", "blob:")):
            told["requests"].append(made.url)

    def failed(request: Any) -> None:
        if request.failure == "csp":  # the page's policy: it was never sent
            told["requests"].remove(request.url)

    def console(said: Any) -> None:
        if said.type in ("error", "warning"):
            told["console"].append(f"{said.type}: {said.text}")

    context.on("request", request)
    context.on("requestfailed", failed)
    context.on("console", console)
    context.on("weberror", lambda raised: told["console"].append(str(raised.error)))
    context.on("dialog", dismiss)
    return told


async def _sight(page: Page, told: dict[str, list[str]]) -> Sight:
    facts = await page.evaluate(SEEN)
    if facts.pop("pwned"):
        told["ran"].append("a payload marked the page")
    return Sight(**facts, **told, violations=await _violations(page))


async def _violations(page: Page) -> list[str]:
    found = await Axe().run(page, options=AXE)
    return [
        f"{rule['impact']}: {rule['id']}: {rule['help']}: {node['html'][:200]}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
        if rule["impact"] in ("serious", "critical")
    ]


async def _picture(page: Page, _told: dict[str, list[str]]) -> bytes:
    return await page.screenshot(full_page=True, animations="disabled")
