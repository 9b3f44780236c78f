"""Words that this module does not use in its own voice, outside quotation marks."""

WORDING = {
    r"\bregimes?\b": "the Syrian government, Damascus",
    r"\bterrorists?\b": "the group's own name",
    r"\bliberated\b": "taken, retaken",
    r"\b(?:flood(?:s|ed|ing)?|influx\w*)\b": "arrival, number of arrivals",
    r"\b(?:waves?|streams?|tides?|torrents?|surges?) of\b": "arrival, number of arrivals",
    r"\b(?:stream|pour|flow)(?:ed|ing) (?:in|into|across|over)\b": "arrived",
    r"\bclick here\b": "name the target of the link",
    r"(?<!State of )\bPalestine\b": "State of Palestine",
}
"""Pattern -> what to write instead. Learners' own pages are read with wording.csv."""
