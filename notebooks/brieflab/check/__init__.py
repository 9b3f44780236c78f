"""What a learner calls in an exercise: ``ask``, ``check``, ``write``, and the tools around them.

Each answer goes to the answer sheet *and*, as data, into the cell's own output, so that a lost
sheet can be rebuilt from the notebook and a grader never has to run it. Knows nothing of grades.
"""

from brieflab.check.feedback import ask, check
from brieflab.check.posing import pose
from brieflab.check.progress import progress
from brieflab.check.strip import tools
from brieflab.check.transfer import bring, learner, recover
from brieflab.check.writing import write

__all__ = ["ask", "bring", "check", "learner", "pose", "progress", "recover", "tools", "write"]
