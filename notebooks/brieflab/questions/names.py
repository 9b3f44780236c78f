"""Names as learners write them: case, accents, articles and spelling variants do not matter."""

import re
import unicodedata
from functools import lru_cache

VARIANTS = {
    "Turkey": ["Türkiye", "Republic of Turkey", "TUR"],
    "State of Palestine": ["Palestine", "PSE", "Palestinian territories"],
    "Russia": ["Russian Federation", "RUS"],
    "Syria": ["Syrian Arab Republic", "SYR", "Damascus", "Syrian government"],
    "United States": ["USA", "US", "United States of America", "America", "U.S."],
    "United Kingdom": ["UK", "Britain", "Great Britain", "GBR"],
    "United Arab Emirates": ["UAE", "Emirates", "ARE"],
    "United Nations": ["UN", "U.N."],
    "European Union": ["EU", "E.U."],
    "UNHCR": ["UN Refugee Agency", "Office of the High Commissioner for Refugees"],
    "ICRC": ["International Committee of the Red Cross", "Red Cross"],
    "Iran": ["Islamic Republic of Iran", "IRN"],
    "China": ["People's Republic of China", "PRC", "CHN"],
    "Venezuela": ["Bolivarian Republic of Venezuela", "VEN"],
    "Lebanon": ["LBN"],
    "Iraq": ["IRQ"],
    "Jordan": ["JOR", "Hashemite Kingdom of Jordan"],
    "Germany": ["DEU"],
    "Egypt": ["EGY"],
    "Somalia": ["SOM"],
    "Mauritania": ["MRT"],
    "Oman": ["OMN", "Sultanate of Oman"],
    "Mikhail Mizintsev": ["Mizintsev", "Mezentsev", "Mikhail Mezentsev", "Mezintsev"],
    "Alexander Lavrentiev": ["Lavrentiev", "Lavrentyev", "Alexander Lavrentyev"],
    "Ramzi Musharrafieh": ["Musharrafieh", "Musharafieh", "Ramzi Musharafieh"],
}
"""Canonical name -> other accepted spellings. Iso codes are accepted for the actors named most."""


def fold(text):
    """Return ``text`` without case, accents, articles, punctuation and invisible signs."""
    text = unicodedata.normalize("NFKD", str(text)).casefold().replace("ı", "i")
    text = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Cf", "Cc"))
    text = " ".join(re.sub(r"[^\w\s/+-]", " ", text).replace("_", " ").split())
    return re.sub(r"^the ", "", text)


@lru_cache(maxsize=1)
def _known():
    return {
        fold(spelling): name
        for name, others in VARIANTS.items()
        for spelling in (name, *others)
    }


def canonical(text):
    """Return the module's spelling of a name; a name it does not know is returned trimmed."""
    clean = " ".join(str(text)[:200].split())
    return _known().get(fold(clean), clean)
