"""Who sits in the reading room when the lamps are lit?"""

TITLE = "After eight"
