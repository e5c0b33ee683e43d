"""From the departments' files to tables, with a fate for every row.

`read` a file into sheets of text, `recognise` form and header, see its `context`, `parse` blocks of
rows (`row_kinds`, `column_values`, `cell_values`, `totals`, `laws`), keep them in `parts`
(`intake`); then `reconcile` what came twice and `ingest` all of it into tables (`records`,
`ledger`). `returned` is what goes back to the departments, to be mended there (`mending`); `blank`
makes the forms to be sent out, and `marks` are what both are known by; `demo` makes returns.
"""
