"""What a night does: many notebooks run, and a pack published whole or not at all.

`jobs` makes of what was asked the notebooks to run (`job`), `parameters` are theirs, `keys` say why
a run is needed, `execute` runs one by `papermill`, `run` many, `summary` and `messages` say how it
went. `pack` is made of them by `assemble`, `prints`, `pdf`, `manifest`, and put in place by `swap`;
the one before goes into the `archive`, which `archive_list` lists. `register` knows what was
published here.
"""
