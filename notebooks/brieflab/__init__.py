"""An engine for lessons that read a text against data, and one course on it (``course``).

Lessons import what they use, where they use it: ``from brieflab.figures import show``.
Next to nothing is imported here, so that a notebook pays only for what it shows.
"""

import sys

from brieflab import former

__version__ = "1.0.0"

former.listen()


def _table(frame):
    # pandas puts an empty header cell over the index, which a screen reader announces as a
    # header without a name; and only a mouse could scroll a wide table
    html = frame._repr_html_()
    return html and html.replace("<th></th>", "<td></td>").replace(
        "<div>", '<div tabindex="0" style="overflow-x:auto">', 1
    )


if "IPython" in sys.modules and (_shell := sys.modules["IPython"].get_ipython()):
    _html = _shell.display_formatter.formatters["text/html"]
    _html.for_type_by_name("pandas", "DataFrame", _table)
