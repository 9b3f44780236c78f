"""Names as learners write them: case, accents, articles and spelling variants do not matter."""

import re
import unicodedata
from functools import lru_cache

from brieflab.course.names import VARIANTS


def fold(text: object) -> str:
    """Return ``text`` without case, accents, articles, punctuation and invisible signs."""
    text = unicodedata.normalize("NFKD", str(text)).casefold().replace("ı", "i")
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Cc"))
    text = " ".join(re.sub(r"[^\w\s/+-]", " ", text).replace("_", " ").split())
    return re.sub(r"^the ", "", text)


@lru_cache(maxsize=1)
def _known():
    return {
        fold(spelling): name for name, others in VARIANTS.items() for spelling in (name, *others)
    }


def canonical(text: object) -> str:
    """Return the module's spelling of a name; a name it does not know is returned trimmed."""
    clean = " ".join(str(text)[:200].split())
    return _known().get(fold(clean), clean)
