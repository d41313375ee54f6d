"""In JupyterLab without network: charts are live, tables legible, no payload runs."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.sign import NotebookNotary

from tests.browser.helpdesks import FEW, ROOT

KEY = "only-here"
OUTPUT = ".jp-OutputArea-output"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
SETTINGS = Path("lab", "user-settings", "@jupyterlab", "apputils-extension")
# Scrolls through the notebook, which draws what it shows, and reads it.
READ = """async () => {
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const panel = document.querySelector(".jp-WindowedPanel-outer");
  const texts = new Set();
  const pale = [];
  let charts = 0, pieces = 0;
  const shade = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  };
  const ground = (node) => {
    while (node) {
      const color = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$/.test(color)) return shade(color);
      node = node.parentElement;
    }
    return 1;
  };
  for (let y = 0; y <= panel.scrollHeight; y += 700) {
    panel.scrollTop = y;
    await pause(250);
    const drawn = document.querySelectorAll(".vega-embed :is(svg, canvas)");
    charts = Math.max(charts, drawn.length);
    for (const output of document.querySelectorAll(".jp-OutputArea-output")) {
      texts.add(output.innerText);
      for (const cell of output.querySelectorAll("th, td, .name, .value")) {
        if (!cell.innerText.trim()) continue;
        pieces += 1;
        const gap = Math.abs(shade(getComputedStyle(cell).color) - ground(cell));
        if (gap < 0.3) pale.push(cell.innerText);
      }
    }
  }
  return {
    charts, pieces, pale, text: [...texts].join("\\n"),
    pwned: "pwn" in document.documentElement.dataset,
  };
}"""


@pytest.fixture(scope="module")
def explored():
    """Return the notebook for analysts, run to its end as JupyterLab runs it."""
    notebook = nbformat.read(ROOT / "notebooks" / "explore.ipynb", as_version=4)
    first = notebook.cells[0]
    first.source = first.source.replace('"20000"', f'"{FEW}"')
    NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}}).execute()
    return notebook


@pytest.fixture(scope="module")
def lab(tmp_path_factory, reports, explored):
    """Start JupyterLab on a folder of two trusted notebooks; return how to look."""
    home = tmp_path_factory.mktemp("lab")
    bad = reports.page("weekly_review", "hostile").with_suffix(".ipynb")
    home.joinpath("data").mkdir()
    found = {"explore": explored, "hostile": nbformat.read(bad, as_version=4)}
    for name, notebook in found.items():
        nbformat.write(notebook, home / f"{name}.ipynb")
        NotebookNotary(data_dir=str(home / "data")).sign(notebook)
    env = os.environ | {"JUPYTER_DATA_DIR": str(home / "data")}
    env |= {"JUPYTER_CONFIG_DIR": str(home)}
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--port=0"),
        *(f"--IdentityProvider.token={KEY}", f"--ServerApp.root_dir={home}"),
        *("--ip=127.0.0.1", "--allow-root"),
    ]
    with subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as server:
        place = next(
            f for line in server.stderr if (f := re.search(r"http://\S+", line))
        )
        yield home, urlsplit(place[0]).netloc
        server.terminate()
        server.communicate()


def seen(browser, lab, name, theme):
    """Return what JupyterLab shows of a notebook, and what it asked for."""
    home, host = lab
    folder = home / SETTINGS
    folder.mkdir(parents=True, exist_ok=True)
    settings = {
        "themes.jupyterlab-settings": {"theme": THEMES[theme]},
        "notification.jupyterlab-settings": {"fetchNews": "false"},
    }
    for file, given in settings.items():
        folder.joinpath(file).write_text(json.dumps(given), "utf-8")
    address = f"http://{host}/doc/tree/{name}.ipynb?token={KEY}"
    return browser.visit(address, READ, until=OUTPUT)


def test_explore_runs_top_to_bottom(explored):
    """Each cell shows something; none ends in an error."""
    code = [cell for cell in explored.cells if cell.cell_type == "code"]
    shown = {cell.id: [o.output_type for o in cell.outputs] for cell in code[2:]}

    assert [] == [name for name, kinds in shown.items() if not kinds]
    assert not any("error" in kinds for kinds in shown.values())
    tickets = next(cell for cell in code if cell.id == "late-tickets").outputs
    assert re.fullmatch(r"50 of \d+ tickets; limit=None gives all\.\n", tickets[0].text)


@pytest.mark.parametrize("theme", THEMES)
def test_a_review_is_legible(browser, lab, theme):
    """Its summary, its chart and the frames stand out from their ground."""
    found, told = seen(browser, lab, "explore", theme)

    assert 1 <= found["charts"]
    assert 30 < found["pieces"]
    assert [] == found["pale"]
    assert 'review.tickets("first_response_time", missed=True)' in found["text"]
    assert "<div" not in found["text"]
    assert [] == [r for r in told["requests"] if urlsplit(r).netloc != lab[1]]


def test_no_payload_runs(browser, lab):
    """Even in a notebook that its reader trusts, where JupyterLab takes out nothing."""
    found, told = seen(browser, lab, "hostile", "light")

    assert 8 <= found["charts"]
    assert not found["pwned"]
    assert [] == told["ran"]
    assert [] == [r for r in told["requests"] if urlsplit(r).netloc != lab[1]]
    assert "<script>" in found["text"]  # as text: else nothing above is shown
