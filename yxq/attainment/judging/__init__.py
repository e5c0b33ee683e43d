"""How the cells of one kind of target stand on a date: a module a kind, each with `judge`.

`judge(cells, known, notes)` takes the cells of its kind as `yxq.attainment.attain` lays them out,
gives them back with state, value, gap, needed and the rest of what `attain` promises, and adds its
reasons to the notes. Counts are compared as whole numbers. No module reads or knows anything else.
`judges` says which module a kind has.
"""
