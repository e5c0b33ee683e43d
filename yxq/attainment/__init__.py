"""How far each unit has come: DataFrame in, DataFrame out (`results` alone reads the tables).

`measures` from records, `owed` returns, `quotas` of a city's counts; `attain` over the `cells`,
with a judge a kind in `judging`, what is `incomplete` held back, and the `change` since the year
before. What a result is worth: `worth`, `fair`, `credits`; a score `sheet` of them, its `scores`,
what missing returns could change (`bounds`), how firm `ranks` are, how the year may end
(`outlook`), what would raise a score (`movers`). `comparison` of units, `planning` of the next
year, `drill` down to rows, `history` over months and years; `results` keeps what was computed.

Not called attain: the function `yxq.attain` has that name, and importing a room puts the room in
its place.
"""
