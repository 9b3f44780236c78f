"""A page of HTML with a plain-text twin, for what a lesson shows but does not draw."""


class Page:
    """Something to read: shown as HTML in a notebook, as text everywhere else.

    ``table`` is the DataFrame behind it.
    """

    def __init__(self, html, text, table):
        self.html, self.text, self.table = html, text, table

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return self.html
