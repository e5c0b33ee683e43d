"""What a night does: many notebooks run, and a pack published whole or not at all.

`jobs` from what was asked, `parameters` of a notebook, `keys` that say why a run is needed, `run`
by papermill, `pack` with its manifest, `pdf` by an installed browser.
"""
