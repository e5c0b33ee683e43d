"""Plan folders on disk: `load` reads one, with `checks` for mistakes and `doubts` for what may be
one; `diff` tells two plans apart; `draft` begins the next.
"""
