"""Did the big hosts stay away?"""
