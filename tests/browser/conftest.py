"""The browser, and the reports that it opens: each is run once in a session."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from kpi_kit.run import cadences
from tests.browser.chromium import CHROMIUM, chromium
from tests.browser.helpdesks import AS_OF, HELPDESKS, ROOT

CADENCES = cadences(ROOT / "notebooks")
ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "7"}


def pytest_generate_tests(metafunc):
    """A test that takes ``cadence`` holds for every notebook of the project."""
    if "cadence" in metafunc.fixturenames:
        metafunc.parametrize("cadence", CADENCES, scope="session")


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests."""
    if CHROMIUM is None:
        why = "no chromium here: apt-get install chromium"
        # Where it is installed for the tests, its absence is a fault.
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
    with chromium() as started:
        yield started


class Reports:
    """Reports by cadence and helpdesk, each made when it is first asked for."""

    def __init__(self, folder):
        self._folder = folder
        self._pool = ThreadPoolExecutor(2)
        self._made = {}

    def start(self, cadence, helpdesk, **env):
        """Begin to make a report, or return the one that is being made."""
        key = (cadence, helpdesk, *env)
        if key not in self._made:
            self._made[key] = self._pool.submit(self._run, cadence, helpdesk, env)
        return self._made[key]

    def page(self, cadence, helpdesk, **env):
        """Return the path of a report's page."""
        return self.start(cadence, helpdesk, **env).result()

    def close(self):
        """Drop what nobody waits for any more."""
        self._pool.shutdown(cancel_futures=True)

    def _run(self, cadence, helpdesk, env):
        folder = self._folder / "-".join((cadence, helpdesk, *env))
        folder.mkdir()
        given = HELPDESKS[helpdesk](folder)
        parameters = folder / "parameters.yaml"
        parameters.write_text(yaml.safe_dump(given), "utf-8")
        command = [
            *(sys.executable, "-m", "kpi_kit", "run", cadence, "--as-of", AS_OF),
            *("--parameters", parameters, "--out", folder / "reports"),
        ]
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | env, capture_output=True, check=False
        )
        assert (0, b"") == (done.returncode, done.stderr), done.stderr.decode()
        return next((folder / "reports").glob(f"*/{cadence}-{AS_OF}.html"))


@pytest.fixture(scope="session")
def reports(request, tmp_path_factory):
    """Make the reports that the chosen tests take, two at a time."""
    made = Reports(tmp_path_factory.mktemp("reports"))
    for item in request.session.items:
        wanted = getattr(item, "callspec", None)
        if wanted and {"cadence", "helpdesk"} <= wanted.params.keys():
            made.start(wanted.params["cadence"], wanted.params["helpdesk"])
    yield made
    made.close()


@pytest.fixture
def page(reports, cadence, helpdesk):
    """Return the path of the page of a cadence's report on a helpdesk."""
    return reports.page(cadence, helpdesk)


@pytest.fixture
def sight(browser, page, look):
    """Return what is seen of that page in a look."""
    return browser.see(page, look)
