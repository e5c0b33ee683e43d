"""Numbers only: arrays in, arrays out, nothing of plans or towns.

`evidence`: intervals and exact tests of rates and counts, funnel limits; `forecast`: the chance
that a rate or count will be reached; `apportionment`: a whole number split by weights.
"""
