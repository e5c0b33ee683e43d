"""The sections of pages, by subject: functions that take frames and return a `Block`.

A section reads no table and does not know its page; `yxq.report.pages` says which frames it gets.
`build` has what all of them are built with, `names` how units and targets are called. Modules that
begin with `target_` are of one target's page, `pack` is of the front page.
"""
