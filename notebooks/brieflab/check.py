"""``check`` an answer, ``write`` a text, and keep both: feedback that teaches and never raises.

Each answer goes to the answer sheet *and*, as data, into the cell's own output, so that a lost
sheet can be rebuilt from the notebook and a grader never has to run it.
"""

import asyncio
import json
import os
from base64 import b64encode
from collections import deque
from html import escape
from pathlib import Path

from brieflab import questions, sheet, tables
from brieflab.plain import PlainError
from brieflab.questions.rubric import LEVELS
from brieflab.questions.shapes import is_blank, plain, received

_HINTS = ("Hint 1: the concept", "Hint 2: where to look", "Hint 3: a worked twin")
_MARKS = {"asked": "?", "right": "✓", "recorded": "✓", "blank": "…", "failed": "!"}
_COLOURS = {"asked": "#0072B2", "right": "#009E73", "recorded": "#009E73", "blank": "#767676"}
_ATTEMPTS = ("right", "recorded", "misconception", "value")
_ENOUGH_WORDS = 15
_panels = deque(maxlen=4)


class _Card:
    """A piece of feedback: plain text for any front end, HTML for a browser, data for a grader."""

    def __init__(self, text, html, data=None):
        self.text, self.html, self.data = text, html, data

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        bundle = {"text/plain": self.text, "text/html": self.html}
        return {**bundle, sheet.MIME: self.data} if self.data else bundle


def check(question_id, answer=...):
    """Show feedback on ``answer`` to the question and record it; never raises.

    question_id: such as "2.3". answer: any Python object; ``...`` means not answered yet.
    """
    try:
        _check(question_id, answer)
    except PlainError as error:
        _show(_card(str(question_id)[:20], "failed", str(error)))
    except Exception as error:
        said = (
            f"The check itself failed ({type(error).__name__}), which is our fault, not yours. "
            f"{_kept_raw(question_id, answer)} Please tell your instructor."
        )
        _show(_card(str(question_id)[:20], "failed", said))


def _check(question_id, answer):
    question = questions.get(question_id)
    variant = _variant(_sheet_now(), question) if question.varies else {}
    judged = questions.judge(question, answer, tables.load(), variant)
    if judged.state == "blank":
        held = _sheet_now()["answers"].get(question.id)
        said = judged.message
        if held:
            said += f" Your answer sheet still holds your answer of {held['at'][:16]} UTC."
        _show(_card(question.id, "blank", said))
        _hints(question, variant, False)
        return
    value, said = judged.normal, judged.message
    if judged.state not in _ATTEMPTS:
        value = storable(answer)
    if len(json.dumps(value, ensure_ascii=False)) > sheet.MAX_VALUE:
        value = {"not_stored": f"{received(answer)}, too large to keep"}
        said = f"I received {received(answer)}: too large to keep. Give only what is asked for."
    now = _record(question, value, judged.state, judged.mistake)
    entry, who = now["answers"][question.id], now["learner"]["id"]
    told = " ".join([said, *sheet.notices()])
    data = {"id": question.id, "learner": who, **entry}
    worked = question.worked(tables.load(), question.full(variant)) if question.worked else ""
    right = judged.state == "right"
    _show(_card(question.id, judged.state, told, data, worked if right else ""))
    if not right:
        _hints(question, variant, entry["tries"] > 0)
    _refresh(now)


def _sheet_now():
    """Return the sheet; if it cannot be read, say so with the feedback and go on without it."""
    try:
        return sheet.load()
    except (OSError, PlainError) as error:
        sheet.tell(f"Your answer sheet cannot be read: {error}")
        return sheet.empty()


def _variant(now, question):
    return questions.variant(now["learner"]["id"], now["course"].get("seed", ""), question)


def _record(question, value, state, mistake=""):
    """Put an answer into the sheet; return the sheet."""

    def change(now):
        old = now["answers"].get(question.id, {})
        entry = {
            "value": value,
            "at": sheet.now(),
            "tries": old.get("tries", 0) + (state in _ATTEMPTS),
            "state": state,
            "mistake": mistake,
            "hints": old.get("hints", 0),
            "opened": old.get("opened", False),
            "lesson": question.lesson,
            "kind": question.kind,
        }
        if question.kind == "text":
            entry["self_score"] = old.get("self_score")
        sheet.record(now, question.id, entry)

    try:
        now = sheet.update(change)
    except PlainError as error:
        now = sheet.empty()
        change(now)
        sheet.tell(str(error))
    return now


def _kept_raw(question_id, answer):
    try:
        raw = storable(answer)
        if isinstance(raw, dict) and "not_stored" in raw:
            return "Your answer cannot be kept as data; an earlier one is untouched."
        _record(questions.get(question_id), raw, "failed")
        return "Your answer is recorded as it stands."
    except Exception:
        return "Your answer could not be recorded."


def storable(value, depth=4):
    """Return ``value`` as bounded JSON, or ``{"not_stored": what it is}``."""
    value = plain(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < 10**15:
        return int(value)
    if isinstance(value, float) and value == value and abs(value) < 1e300:
        return float(value)
    if isinstance(value, str) and len(value) <= sheet.MAX_VALUE // 4:
        return str(value)
    if depth and isinstance(value, (list, tuple)) and len(value) <= 100:
        return [storable(part, depth - 1) for part in value]
    if depth and isinstance(value, dict) and len(value) <= 100:
        return {str(k)[:80]: storable(v, depth - 1) for k, v in value.items()}
    return {"not_stored": received(value)[:80]}


def _card(question_id, state, text, data=None, worked=""):
    mark, colour = _MARKS.get(state, "→"), _COLOURS.get(state, "#D55E00")
    save = nudge() if data else ""
    html = (
        f'<div role="status" style="border-left:4px solid {colour};padding:2px 10px;'
        f'max-width:70ch"><p style="margin:4px 0"><strong>{escape(question_id)} '
        f'<span aria-hidden="true">{mark}</span></strong> {escape(text)}</p>'
    )
    if worked:
        html += (
            "<details><summary>One way to get there</summary>"
            f"<pre style='margin:4px 0'>{escape(worked)}</pre></details>"
        )
    if save:
        html += f"<p style='margin:4px 0'>{escape(save)}</p>"
    plain_text = f"{question_id} {mark} {text}" + (f"\n{save}" if save else "")
    return _Card(plain_text, html + "</div>", data)


def _show(thing, **options):
    from IPython.display import display

    return display(thing, **options)


def _kernel():
    """True where widgets can be driven: inside a Jupyter kernel."""
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None


def _temporary():
    return any(name.startswith("BINDER_") for name in os.environ)


def nudge():
    """Return a sentence that asks to save on a machine that will vanish, else ''."""
    if _temporary():
        return "This machine will vanish. Download your answers (top or end of this page) now."
    return ""


def _note(question, **fields):
    """Note on the answer's entry that a hint or the worked answer was opened."""

    def change(now):
        entry = now["answers"].setdefault(
            question.id,
            {
                "value": None,
                "at": sheet.now(),
                "tries": 0,
                "state": "blank",
                "lesson": question.lesson,
            },
        )
        for key, value in fields.items():
            entry[key] = max(entry.get(key) or 0, value) if key == "hints" else value

    sheet.update(change)


def _hints(question, variant, attempted):
    """Show the hints in steps and, after one real attempt, the worked answer."""
    if not question.hints or not _kernel():
        return
    import ipywidgets as W

    from brieflab.folds import Folds

    pages, titles = [W.HTML(f"<p>{escape(hint)}</p>") for hint in question.hints], list(_HINTS)
    pages[-1] = W.HTML(f"<pre>{escape(question.hints[-1])}</pre>")
    if attempted and question.worked:
        worked = question.worked(tables.load(), question.full(variant))
        pages.append(W.HTML(f"<pre>{escape(worked)}</pre>"))
        titles.append("Worked answer")
    ladder = Folds(pages, titles[: len(pages)])

    def opened(change):
        step = change["new"]
        if step is not None:
            _note(question, **({"opened": True} if step == 3 else {"hints": step + 1}))

    ladder.observe(opened, names="selected_index")
    _show(ladder)


def ask(question_id):
    """Show the question, in the learner's own variant if the course has a word; return it.

    Returns a dict such as ``{"actor": "Turkey"}``, empty for a question without variants.
    """
    try:
        question = questions.get(question_id)
        variant = question.full(_variant(sheet.load(), question))
        _show(_card(question.id, "asked", question.asked(variant)))
        return variant
    except Exception as error:
        _show(_card(str(question_id)[:20], "failed", str(error)))
        return {}


def write(question_id, text=""):
    """Show the rubric and a text box for a written answer, saved as you go; never raises.

    text: an answer written in the cell instead of the box (it replaces the one in the sheet,
    which is kept among the earlier ones).
    """
    try:
        question = questions.get(question_id)
        if question.kind != "text":
            raise PlainError(f"{question.id} is not a written question. Use check() for it.")
        _Desk(question, "" if is_blank(text) else text)
    except PlainError as error:
        _show(_card(str(question_id)[:20], "failed", str(error)))
    except Exception as error:
        said = f"The text box failed ({type(error).__name__}). {_kept_raw(question_id, text)}"
        _show(_card(str(question_id)[:20], "failed", said))


def rubric_html(question):
    """Return the rubric rows of a written question as an HTML table."""
    head = "".join(f'<th scope="col">{n} {escape(level)}</th>' for n, level in enumerate(LEVELS))
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in levels)
        + "</tr>"
        for name, levels in question.criteria
    )
    return (
        f"<table><caption>How {escape(question.id)} is read</caption>"
        f'<thead><tr><th scope="col">Row</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )


def _rubric_text(question):
    rows = [
        f"{name}: " + "; ".join(f"{n} {c}" for n, c in enumerate(levels))
        for name, levels in question.criteria
    ]
    return "\n".join([f"How {question.id} is read:", *rows])


class _Desk:
    """The text box of one written question, with what is around it."""

    def __init__(self, question, text):
        self.question, self.timer = question, None
        _show(_Card(_rubric_text(question), rubric_html(question)))
        held = sheet.load()["answers"].get(question.id, {})
        self.text = text or str(held.get("value") or "")
        self.handle = _show(self.status(held), display_id=True) if _kernel() else None
        if text:
            self.save(text)
        elif self.handle is None:
            _show(self.status(held))
        if self.handle is not None:
            _show(self.box(held))

    def status(self, entry, data=None):
        text = str(entry.get("value") or "")
        words = len(text.split())
        if not words:
            said = f"{self.question.id}: nothing written yet."
            return _Card(said, f"<p>{said}</p>")
        said = f"{self.question.id}: {words} words saved."
        told = " ".join([said, nudge(), *sheet.notices()]).strip()
        html = (
            f'<details><summary><span role="status">{escape(told)}</span></summary>'
            f"<p style='white-space:pre-wrap'>{escape(text)}</p></details>"
        )
        return _Card(f"{told}\n{text}", html, data)

    def save(self, text):
        """Judge, record and show ``text``."""
        judged = questions.judge(self.question, text, tables.load())
        if judged.state == "blank":
            return
        if judged.state != "recorded" or len(json.dumps(text)) > sheet.MAX_VALUE:
            said = judged.message if judged.state != "recorded" else "Too long to keep: shorten it."
            card = _card(self.question.id, "failed", said)
        else:
            now = _record(self.question, judged.normal, "recorded")
            entry, who = now["answers"][self.question.id], now["learner"]["id"]
            card = self.status(entry, {"id": self.question.id, "learner": who, **entry})
            _refresh(now)
        if self.handle is None:
            _show(card)
        else:
            self.handle.update(card)

    def box(self, held):
        """Return the widget: text box, word count, samples, self-score."""
        import ipywidgets as W

        wide = W.Layout(width="98%")
        self.area = W.Textarea(
            self.text,
            rows=8,
            layout=wide,
            description=f"Answer {self.question.id}",
            style={"description_width": "initial"},
        )
        self.count = W.HTML(self.counted(self.text))
        self.unlock = W.Button(description="Compare with samples", layout=W.Layout(width="auto"))
        self.more = W.VBox([])
        self.area.observe(self.typed, names="value")
        self.unlock.on_click(lambda _: self.samples(held))
        return W.VBox([self.area, self.count, self.unlock, self.more])

    def counted(self, text):
        return f'<span role="status">{len(text.split())} words</span>'

    def typed(self, change):
        """Count at once; save when the typing pauses."""
        self.count.value = self.counted(change["new"])
        if self.timer:
            self.timer.cancel()
        try:
            loop = asyncio.get_running_loop()
            self.timer = loop.call_later(0.7, self.save, change["new"])
        except RuntimeError:
            self.save(change["new"])

    def samples(self, held):
        """Show the annotated samples once something real is written, then ask for a level."""
        import ipywidgets as W

        from brieflab.folds import Folds

        if len(self.area.value.split()) < _ENOUGH_WORDS:
            said = f"Write at least {_ENOUGH_WORDS} words first: you learn more by comparing."
            self.more.children = [W.HTML(f'<p role="status">{said}</p>')]
            return
        self.save(self.area.value)
        levels = sorted(self.question.samples, reverse=True)
        pages = [
            W.HTML(
                f"<p>{escape(self.question.samples[n][0])}</p>"
                f"<p><em>{escape(self.question.samples[n][1])}</em></p>"
            )
            for n in levels
        ]
        titles = tuple(f"Sample at level {n}: {LEVELS[n]}" for n in levels)
        score = W.Dropdown(
            options=[("choose", None), *((f"{n} {LEVELS[n]}", n) for n in range(4))],
            value=held.get("self_score"),
            description="My level",
        )
        score.observe(lambda c: _note(self.question, self_score=c["new"]), names="value")
        ask = W.HTML("<p>Give your own text a level. Then revise it above: it is saved again.</p>")
        self.more.children = [Folds(pages, titles), ask, score]
        _note(self.question, opened=True)


def progress(now, lesson=None):
    """Return rows (objective, right or written, asked) for a sheet, in the module's order."""
    rows = {}
    for question in questions.all():
        if lesson in (None, question.lesson):
            done, asked = rows.get(question.objective, (0, 0))
            state = now["answers"].get(question.id, {}).get("state")
            rows[question.objective] = (done + (state in ("right", "recorded")), asked + 1)
    return [(objective, *counts) for objective, counts in rows.items()]


def progress_html(now, lesson=None):
    """Return the progress as an HTML table: words, numbers and a bar of characters."""
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left">{escape(objective)}</th>'
        f'<td><span aria-hidden="true">{"■" * done}{"□" * (asked - done)}</span></td>'
        f"<td>{done} of {asked}</td></tr>"
        for objective, done, asked in progress(now, lesson)
    )
    return (
        "<table><caption>You can ... (right or written)</caption><thead><tr>"
        '<th scope="col">Objective</th><th scope="col">Bar</th><th scope="col">Done</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def download_html(now):
    """Return a link that downloads the sheet ``now`` without any server."""
    data = b64encode(sheet.text_of(now).encode("utf-8", "replace"))
    return (
        '<a style="padding:4px 12px;border:1px solid #767676;text-decoration:underline" '
        'download="answers.json" href="data:application/json;base64,'
        f'{data.decode("ascii")}">Download my answers (answers.json)</a> '
        f"<span>{len(now['answers'])} answers, saved {now['saved_at'][:16].replace('T', ' ')} UTC.</span>"
    )


def learner(learner_id, name="", seed=""):
    """Write who works here into the answer sheet; ``seed`` is the course's word, if it has one."""

    def change(now):
        now["learner"] = {"id": str(learner_id).strip()[:200], "name": str(name).strip()[:200]}
        now["course"] = {"seed": str(seed).strip()[:200]}

    try:
        now = sheet.update(change)
        _show(_card("Learner", "recorded", f"Noted: {str(learner_id)[:60]}."))
        _refresh(now)
    except PlainError as error:
        _show(_card("Learner", "failed", str(error)))


def bring(files):
    """Merge saved sheets or notebooks into the sheet. files: list of (name, bytes).

    Returns one sentence for each file. The newest answer to each question wins; nothing is lost.
    """
    told = []
    for name, data in files:
        try:
            other = sheet.read(bytes(data), name)
            bad = other.pop("unreadable", {})
            now = sheet.update(lambda now, other=other: now.update(sheet.merge(now, other)))
            _refresh(now)
            told.append(
                f"{name}: {len(other['answers'])} answers read."
                + (f" Not readable: {', '.join(bad)}." if bad else "")
            )
        except PlainError as error:
            told.append(str(error))
    return told


def tools(lesson=None):
    """Show progress, download and upload of the answers, and who works here; never raises."""
    try:
        now = sheet.load()
        if _kernel():
            from brieflab._tools import Tools

            panel = Tools(lesson, now)
            _panels.append(panel)
            _show(panel)
        else:
            rows = [f"{o}: {d} of {n}" for o, d, n in progress(now, lesson)]
            _show(_Card("\n".join(["Progress", *rows]), progress_html(now, lesson)))
    except Exception as error:
        _show(_card("Answers", "failed", f"{error} Your notebook still keeps its answers."))


def _refresh(now):
    for panel in _panels:
        panel.refresh(now)


def recover(*paths):
    """Rebuild answers from notebooks or sheets at ``paths``; say what was found."""
    files = []
    for each in paths:
        try:
            files.append((Path(each).name, Path(each).read_bytes()))
        except OSError as error:
            _show(_card("Recover", "failed", f"{each} cannot be read ({type(error).__name__})."))
    _show(_card("Recover", "recorded", " ".join(bring(files)) or "Nothing to read."))
