"""Numbers only: arrays in, arrays out, nothing of plans or towns.

`evidence`: intervals and exact tests of rates and counts, funnel limits; `clusters`: samples that
come several to a firm; `shrinkage`: rates of few samples; `control`: months that stand out;
`sampling`: how many samples decide; `ahead`: what is still to come of a year, and `forecast`: the
chance that a rate or count will be reached; `apportionment`: a whole number split by weights.
"""
