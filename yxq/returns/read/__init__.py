"""From a file to its sheets as blocks of text; nothing is interpreted here.

`identify` a file by its bytes, never by its name, and read it as `text`, `workbook`, `web_page` or
`parquet`; each gives the `sheet`s of the file.
"""
