"""How far each unit has come: DataFrame in, DataFrame out (`results` alone reads the tables).

`measures` from records, `owed` returns, `quotas` of a city's counts; `attain` over the `cells`,
with a judge a kind in `judging` and the `change` since the year before; `scores`, `comparison` of
units, `drill` down to rows, `history` over months and years; `results` keeps what was computed.

Not called attain: the function `yxq.attain` has that name, and importing a room puts the room in
its place.
"""
