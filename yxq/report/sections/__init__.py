"""The sections of pages, a module each: functions that take frames and return a `Block`.

A section never reads a table and never asks on which page it stands; `yxq.report.pages` says which
frames it gets. `build` has what all are built with, `names` how units and targets are called;
sections of one page alone have their page's word in front (`target_months`, `returns_files`).
"""
