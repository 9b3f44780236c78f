"""The second round: forecasts locked, then outcomes, recall, scores."""

TITLE = "The second round"
