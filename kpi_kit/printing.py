"""Paper: a report's page as PDF, through a Chromium that is here already."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import TYPE_CHECKING, Any

from kpi_kit.errors import EnvironmentFault, ParameterError
from kpi_kit.files import write_whole
from kpi_kit.signals import undivided

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "KPI_KIT_CHROMIUM"
NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "msedge", "microsoft-edge", "microsoft-edge-stable"),
)
LONGEST = 60  # seconds for one page; a hung browser must not hold up the night's run
# The page draws itself: as the browser's own tests wait for it.
DRAWN = (
    "document.readyState === 'complete'"
    " && (!document.querySelector('figure.chart')"
    " || document.documentElement.dataset.drawn === 'all')"
)
LOST = "document.querySelectorAll('figure.chart[data-drawn=no]').length"
SWITCHES = (
    *("--headless", "--remote-debugging-pipe", "--disable-gpu", "--no-first-run"),
    *("--disable-dev-shm-usage", "--disable-extensions", "--disable-sync"),
    # Nobody listens there: neither the page nor the browser itself reaches any host.
    *("--proxy-server=http://127.0.0.1:9", "--proxy-bypass-list=<-loopback>"),
    *("--disable-background-networking", "--disable-component-update"),
)
PAPER = {
    "preferCSSPageSize": True,
    "printBackground": True,
    "generateTaggedPDF": True,
    "generateDocumentOutline": True,
}
# Chromium listens on 3 and writes to 4; a shell, because Python hands on 0 to 2.
SHELL = ("/bin/sh", "-c", 'exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null')
NODES = re.compile(rb"\(node\d{8}\)")
DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")


def find_chromium(named: str | None = None) -> str:
    """Return the path of a browser that can print.

    Parameters
    ----------
    named
        Its name or path; None takes what ``KPI_KIT_CHROMIUM`` names, else the first
        that is installed under a usual name.

    Raises
    ------
    EnvironmentFault
        When there is none.
    """
    named = named or os.environ.get(VARIABLE)
    for name in (named,) if named else NAMES:
        path = shutil.which(name)
        if path is not None and os.name == "posix":
            return path
    if named:
        message = f"PDF: {named!r:.200} is no program here"
        raise EnvironmentFault(f"{message}. Give {VARIABLE} a Chromium's name or path.")
    if os.name != "posix":
        message = "PDF: Chromium can be driven from Linux and macOS only"
        raise EnvironmentFault(f"{message}. Print the page from a browser.")
    message = "PDF: no Chromium, Chrome or Edge is installed here"
    raise EnvironmentFault(
        f"{message}. Install one, or name it in {VARIABLE}; the page prints as well."
    )


def pages_of(report: Path) -> list[Path]:
    """Return the pages of a report: itself, or what a run wrote beside its notebook.

    Raises
    ------
    ParameterError
        When there is none.
    """
    ends = (".html", ".slides.html") if report.suffix == ".ipynb" else (report.suffix,)
    beside = [report.with_suffix(end) for end in ends]
    found = [page for page in beside if page.suffix == ".html" and page.is_file()]
    if not found:
        message = f"{report}: is no page of a report, and none lies beside it"
        raise ParameterError(f"{message}. Give the path of a report's .html.")
    return found


def print_pages(pages: list[Path], chromium: str) -> list[Path]:
    """Print pages, each beside itself as PDF, all of them or none.

    Parameters
    ----------
    pages
        Files that a run has made.
    chromium
        As :func:`find_chromium` returns it.

    Returns
    -------
    list of Path
        The PDFs.  The same page gives the same bytes with the same Chromium and fonts:
        the dates that it writes are blanked.

    Raises
    ------
    EnvironmentFault
        When the browser does not start, draw, print or end in time.
    """
    made = {page.with_suffix(".pdf"): _printed(page, chromium) for page in pages}
    write_whole(made)
    return list(made)


def _printed(page: Path, chromium: str) -> bytes:
    with _browser(page, chromium) as browser:
        browser.open(page.resolve().as_uri())
        if lost := browser.ask(LOST):
            message = f"{page}: {lost} of its charts could not be drawn"
            raise EnvironmentFault(f"{message}. Open it in a browser to see which.")
        return _timeless(browser.print())


def _timeless(pdf: bytes) -> bytes:
    """Return a PDF without what differs from one printing of a page to the next.

    That is when it was printed, and the numbers by which Chromium counts the elements
    of all pages it has had; their order stays.  No byte changes its place.
    """
    blank = DATES.sub(lambda found: b" " * len(found[0]), pdf)
    names = {name: n for n, name in enumerate(sorted(set(NODES.findall(blank))))}
    return NODES.sub(lambda found: b"(node%08d)" % names[found[0]], blank)


class _RefusedError(Exception):
    """An order that Chromium did not follow."""


class _Browser:
    """A Chromium that takes one order after the other."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process, self._count, self._rest = process, 0, b""
        while not (pages := self._pages()):
            time.sleep(0.02)
        target = {"targetId": pages[0]["targetId"], "flatten": True}
        self._session = self._told("Target.attachToTarget", **target)["sessionId"]

    _session: str | None = None

    def _pages(self) -> list[dict[str, Any]]:
        targets = self._told("Target.getTargets")["targetInfos"]
        return [each for each in targets if each["type"] == "page"]

    def open(self, address: str) -> None:
        """Open a page and wait until all of it is drawn."""
        if why := self._told("Page.navigate", url=address).get("errorText"):
            raise _RefusedError(why)  # else its own page about that is printed
        while not self.ask(DRAWN):
            time.sleep(0.02)

    def ask(self, script: str) -> Any:
        """Return what an expression is in the page."""
        return self._told("Runtime.evaluate", expression=script)["result"].get("value")

    def print(self) -> bytes:
        """Return the page as PDF."""
        return base64.b64decode(self._told("Page.printToPDF", **PAPER)["data"])

    def close(self) -> None:
        """Let it clear away the folder that it made beside ours; then it ends."""
        self._session = None
        # The page is printed by now: what it says, if anything, changes nothing.
        with suppress(EOFError, BrokenPipeError, subprocess.TimeoutExpired):
            self._told("Browser.close")
            self._process.wait(5)

    def _told(self, order: str, **given: Any) -> dict[str, Any]:
        """Send an order and return its answer; what else is told is passed over."""
        self._count += 1
        asked = {"id": self._count, "method": order, "params": given}
        asked |= {"sessionId": self._session} if self._session else {}
        self._process.stdin.write(json.dumps(asked).encode() + b"\0")
        self._process.stdin.flush()
        while True:
            answer = json.loads(self._next())
            if answer.get("id") == self._count and "error" in answer:
                raise _RefusedError(answer["error"]["message"])
            if answer.get("id") == self._count:
                return answer["result"]

    def _next(self) -> bytes:
        while b"\0" not in self._rest:
            more = self._process.stdout.read1(1 << 20)
            if not more:
                raise EOFError
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        return message


@contextmanager
def _browser(page: Path, chromium: str) -> Iterator[_Browser]:
    """Start Chromium for one page, and leave nothing of it behind."""
    with TemporaryDirectory(prefix="kpi-kit-", ignore_cleanup_errors=True) as folder:
        with undivided():
            process = _start(chromium, Path(folder))
        limit = Timer(LONGEST, _end, [process])
        limit.start()
        try:
            browser = _Browser(process)
            yield browser
            browser.close()
        except (EOFError, BrokenPipeError):
            raise EnvironmentFault(f"{page}: {_why(process, folder)}") from None
        except _RefusedError as error:
            message = f"{page}: Chromium did not print it ({error})"
            raise EnvironmentFault(f"{message}. Print it from a browser.") from None
        finally:
            limit.cancel()
            _end(process)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    pipe.close()


def _start(chromium: str, folder: Path) -> subprocess.Popen[bytes]:
    # As root Chromium does not start inside its sandbox; what it opens is our own page,
    # which runs no script but its own and reaches no host.  Anyone else keeps it.
    is_root = os.geteuid() == 0
    own = [f"--user-data-dir={folder}", *(["--no-sandbox"] if is_root else [])]
    with (folder / "errors").open("wb") as errors:
        return subprocess.Popen(  # noqa: S603 - a browser that the user installed
            [*SHELL, chromium, *SWITCHES, *own, "about:blank"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            process_group=0,  # it has children, and all are ended
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _why(process: subprocess.Popen[bytes], folder: str) -> str:
    """Return why a browser fell silent."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(5)  # it may still be writing why
    if process.returncode == -signal.SIGKILL:
        told = f"Chromium did not print it within {LONGEST} s"
        return f"{told}. Try again when the machine is less busy."
    lines = Path(folder, "errors").read_text("utf-8", "replace").splitlines()
    grave = [line for line in lines if "FATAL" in line or "rror" in line]
    last = re.sub(r"^\[[^\]]*\] *", "", (grave or lines or ["no reason given"])[-1])
    told = f"Chromium ended without printing it: {last.rstrip('.'):.200}"
    return f"{told}. Start it by hand to see why."
