"""Does the code give the recorded answers? Notebooks executed apart from everything else.

Off by default, and only where bubblewrap (Linux) can take away the network, the files and the
other processes. It reports differences in ``rerun.csv``; it never changes a grade, and knows
nothing of scores, learners and marks.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brieflab import questions, tables
from brieflab import sheet as sheets
from brieflab.grading.collect import Reader
from brieflab.grading.export import write_csv
from brieflab.plain import PlainError

SECONDS = 120
"""Time for one notebook; then everything it started is ended."""

MEMORY = 4 * 2**30
"""Bytes of address space for one process of a notebook."""

FILES = 64 * 2**20
"""Bytes that a notebook may write, all in memory and gone with it."""

LARGEST = 4 * 2**20
"""Bytes of a notebook up to which it is run."""

_INSIDE = """
import json, os, resource, sys
for limit, most in ((resource.RLIMIT_AS, {memory}), (resource.RLIMIT_FSIZE, {files}),
                    (resource.RLIMIT_CPU, {seconds}), (resource.RLIMIT_CORE, 0)):
    resource.setrlimit(limit, (most, most))
import nbformat
from brieflab.notebooks import execute
book = nbformat.reads(sys.stdin.read(), as_version=4)
said = ""
try:
    execute(book, ".", {seconds}, os.environ, kernel_name="python3", allow_errors=True)
except Exception as error:
    said = type(error).__name__
path = os.environ["BRIEFLAB_SHEET"]
sheet = json.load(open(path)) if os.path.exists(path) else {{"answers": {{}}}}
values = {{name: entry["value"] for name, entry in sheet["answers"].items()}}
sys.__stdout__.write(json.dumps({{"values": values, "said": said}}))
"""


def need_isolation() -> None:
    """Raise PlainError unless this machine can isolate a notebook."""
    why = "--rerun needs Linux with bubblewrap. Grades do not need it; leave --rerun out."
    if sys.platform == "linux" and shutil.which("bwrap"):
        trial = subprocess.run([*_walls(Path(tempfile.gettempdir())), "true"], capture_output=True)
        if not trial.returncode:
            return
        said = trial.stderr.decode(errors="replace").strip()[:120]
        why = f"bubblewrap was refused ({said}). Leave --rerun out."
    raise PlainError(f"Notebooks are not isolated on this machine, so none was run: {why}")


def _walls(datasets):
    """Return the bubblewrap command: programs and datasets to read, memory to write, no network."""
    here = str(Path(__file__).resolve().parents[2])
    seen = {"/usr", "/etc", "/bin", "/lib", "/lib32", "/lib64", here}
    seen |= {sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"]}
    walls = "bwrap --unshare-all --die-with-parent --new-session --cap-drop ALL --clearenv"
    rooms = f"--proc /proc --dev /dev --size {FILES} --tmpfs /work --size {FILES} --tmpfs /tmp"
    command = f"{walls} {rooms} --dir /work/module/exercises --chdir /work/module/exercises".split()
    command += ["--ro-bind", str(datasets), "/work/module/datasets"]
    for path in sorted(seen):
        command += ["--ro-bind-try", path, path]
    settings = {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "PYTHONPATH": here,
        "HOME": "/work",
        "IPYTHONDIR": "/work/ipython",
        "JUPYTER_RUNTIME_DIR": "/work/run",
        "MPLCONFIGDIR": "/work/mpl",
        "BRIEFLAB_SHEET": "/work/answers.json",
        "OPENBLAS_NUM_THREADS": "1",
        "LANG": "C.UTF-8",
    }
    for name, value in settings.items():
        command += ["--setenv", name, value]
    return command


def run(notebook: bytes, seconds: int) -> tuple[dict[str, Any], str]:
    """Return (values, said): what the bytes of a notebook answer when run behind walls.

    values: {question id: value}; said: why the run broke off, or ''. Call ``need_isolation``
    first. The notebook cannot reach the network, other files than programs and datasets, or
    other processes, and nothing that it writes outlives it.
    """
    script = _INSIDE.format(memory=MEMORY, files=FILES, seconds=seconds)
    command = [*_walls(tables.load().folder.resolve()), sys.executable, "-c", script]
    try:
        done = subprocess.run(command, input=notebook, capture_output=True, timeout=seconds + 10)
        found = json.loads(done.stdout[-LARGEST:])
        return dict(found["values"]), str(found["said"])[:80]
    except subprocess.TimeoutExpired:
        return {}, f"stopped after {seconds} seconds"
    except (ValueError, KeyError, TypeError):
        return {}, "it ended without answers"


@dataclass
class _Notebooks(Reader):
    """Keeps the name and bytes of every notebook instead of its answers; ``pieces`` are lost files."""

    notebooks: list[tuple[str, bytes]] = field(default_factory=list)

    def _sheet(self, stream, parts):
        if parts[-1].lower().endswith(".ipynb"):
            data = stream.read(LARGEST + 1)
            if len(data) > LARGEST:
                return self.lose("too large", "too large to be run", parts)
            self.notebooks.append(("/".join(parts), data))
        return None


def compare(folder: str | Path, out: str | Path) -> str:
    """Run every notebook in ``folder``, write rerun.csv into ``out``; return a sentence.

    A line names a question whose recorded answer and code differ, or a file that could not be
    run. Raises PlainError where isolation is not to be had.
    """
    need_isolation()
    reader, table = _Notebooks(skip=Path(out).resolve()), Path(out) / "rerun.csv"
    reader.walk(folder)
    lost = {piece.label for piece in reader.pieces}
    lines = [(p.file, "", p.what) for p in reader.problems if p.file in lost]
    for name, data in reader.notebooks:
        try:
            recorded = sheets.read(data, name)["answers"]
        except PlainError:
            recorded = {}
        values, said = run(data, SECONDS)
        if said:
            lines.append((name, "", said))
        for question in questions.all():
            if question.id in recorded and (question.id in values or not said):
                what = _difference(question, recorded[question.id]["value"], values)
                if what:
                    lines.append((name, question.id, what))
    write_csv(table, ["file", "item", "what"], lines)
    return f"{len(reader.notebooks)} notebooks run apart; {len(lines)} differences in {table}."


def _difference(question, recorded, values):
    if question.id not in values:
        return "an answer is recorded, but the code gives none"
    given = values[question.id]
    try:
        same = question.expects.same(question.expects.read(recorded), question.expects.read(given))
    except PlainError:  # an answer that no shape reads is compared as it stands
        same = json.dumps(recorded, sort_keys=True) == json.dumps(given, sort_keys=True)
    return "" if same else "the code gives another answer than the recorded one"
