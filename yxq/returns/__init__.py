"""From the departments' files to tables, with a fate for every row.

`read` a file into sheets of text, `recognise` form and header, see its `context`, `parse` blocks of
rows (`row_kinds`, `column_values`, `cell_values`, `totals`, `laws`), keep them in `parts`
(`intake`); then `reconcile` what came twice and `ingest` all of it into tables (`records`,
`ledger`; `received`: when each came; `in_hand`: of what had come by a day).

What forms.yml declares of a return: `calendars` (days, years, months), `wide` tables, `file_names`;
`periods` are read from titles. What is sent after it: rows that are mended (`replaced`) or
`withdrawn`; what is looked at besides: `jumps` from the period before, rows `left_empty`, a second
return `pasted` below the first. What is told where nothing fits: `alike` headings and words,
`undeclared` ways of writing, cells with `no_value`. `returned` (`returned_lines`) is what goes back
to the departments, to be mended there (`mend_sheets`); `blank` makes the forms to be sent out; by
its `marks` a sheet of either is known when it comes back (`marked`). `demo` makes returns.
"""
