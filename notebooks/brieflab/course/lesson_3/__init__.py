"""Did the big hosts stay away?"""

TITLE = "Did the hosts stay away?"
