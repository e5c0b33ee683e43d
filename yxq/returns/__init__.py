"""From the departments' files to tables, with a fate for every row.

`read` a file into sheets of text, `recognise` form and header, `parse` rows by `values` and `laws`, keep them in `parts`
(`intake`), `reconcile` what came twice, `ingest` all of it into tables; `returned` is what goes back; `demo` makes returns.
"""
