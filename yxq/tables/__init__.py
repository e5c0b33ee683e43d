"""Tables on disk and what they promise.

`store`: a set of Parquet files that is replaced whole or not at all; `contracts`: columns and types of each, checked where
one is written; `lock`: one run at a time; `workbook`: frames as an Excel file; `reasons`: a column of reasons.
"""
