"""Grade random classes with hostile pieces for a while: python tests/benchmarks/hostile_classes.py SECONDS [SEED].

Prints how many classes and pieces were tried, and the seed of each class in which an honest
learner's line, page or text moved or grading raised. Needs the test extra; run it in the top folder.
"""

import random
import resource
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import hostile_grammar  # noqa: E402
from brieflab.grading import report  # noqa: E402

if __name__ == "__main__":
    warnings.simplefilter("ignore")  # zips with two members of one name
    seconds, seed = float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    for name in ("_difficulty_plot", "_totals_plot"):
        setattr(report, name, lambda found: {"finding": "", "picture": "", "table": ""})
    until, classes, pieces, failed = time.monotonic() + seconds, 0, 0, []
    while time.monotonic() < until:
        with tempfile.TemporaryDirectory() as base:
            try:
                pieces += hostile_grammar.check(random.Random(seed), Path(base))
            except Exception:
                failed.append(seed)
                print(f"seed {seed}:", traceback.format_exc(limit=-4)[-1500:], flush=True)
        classes, seed = classes + 1, seed + 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{classes} classes, {pieces} pieces, {len(failed)} failed {failed[:20]}; peak {peak} MB")
    sys.exit(bool(failed))
