"""Tables on disk and what they promise.

`store`: a set of Parquet files that is replaced whole or not at all; `contracts`: columns, types
and words of each, checked where one is written; `in_hand`: what they were on a day of receipt
(`makers`: who makes it); `digests` of what a page depends on; `reasons`:
those of a frame's rows; `lock`: one run at a time; `workbook`: frames as an Excel file.
"""
