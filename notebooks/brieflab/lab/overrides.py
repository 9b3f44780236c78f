"""JupyterLab settings that come with the package (``overrides.json``), and how to renew them.

A notebook in command mode takes arrow keys and letters from a control that has the focus
(ipywidgets issue 3912): an arrow in a closed dropdown moves to the next cell, ``b`` inserts one.
So each such shortcut is declared again for a focus outside the outputs. Renew the file after a
JupyterLab upgrade with ``python -m brieflab.lab.overrides``.
"""

import json
import sys
from pathlib import Path

TRACKER = "share/jupyter/lab/schemas/@jupyterlab/notebook-extension/tracker.json"


EARLIER = [
    {
        "command": f"notebook:change-cell-to-heading-{digit}",
        "keys": [str(digit)],
        "selector": ".jp-Notebook.jp-mod-commandMode:not(.jp-mod-readWrite) :focus",
    }
    for digit in range(1, 7)
]
"""What JupyterLab 4.5 has beside the shortcuts of 4.6: a digit turns a cell into a heading."""


def stealing(prefix: str = sys.prefix) -> list[dict]:
    """Return the shortcuts (list of dict) of the JupyterLab installed at ``prefix`` that act
    wherever the focus lies in a notebook, controls in outputs included."""
    schema = json.loads(Path(prefix, TRACKER).read_text(encoding="utf-8"))
    return [
        shortcut
        for shortcut in schema["jupyter.lab.shortcuts"]
        if shortcut["selector"].startswith(".jp-Notebook.jp-mod-commandMode")
        and shortcut["selector"].endswith(" :focus")
    ]


def overrides(shortcuts: list[dict]) -> dict:
    """Return the content of ``overrides.json``: each of ``shortcuts`` (see ``stealing``), and
    of ``EARLIER``, switched off and declared again for a focus outside the outputs."""
    shortcuts = shortcuts + [s for s in EARLIER if s not in shortcuts]
    off = [{**s, "disabled": True} for s in shortcuts]
    on = [{**s, "selector": s["selector"] + ":not(.jp-OutputArea *)"} for s in shortcuts]
    return {
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
        "@jupyterlab/shortcuts-extension:shortcuts": {"shortcuts": off + on},
    }


if __name__ == "__main__":
    path = Path(__file__).with_name("overrides.json")
    path.write_text(json.dumps(overrides(stealing()), indent=1) + "\n", encoding="utf-8")
