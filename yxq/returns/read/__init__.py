"""From a file to its sheets as blocks of text; nothing is interpreted here.

`identify` a file by its bytes, never by its name, and read it as `text`, `workbook`, `xml_workbook`
(of 2003), `web_page` or `parquet`; each gives the `sheet`s of the file.

`archive` bounds a workbook before a library opens it, and `confined` reads what may harm more than
its file in a process of its own. Of text `encoding` says what is known, and `guess` whether a guess
may be right. What the reader of workbooks does not tell of cells `untold` does (errors, formulas
never computed, days from 1904), from `compound` files (.xls) and `opendocument` ones too; which
`formats` they have, and what is `shown` of a number by one. `locked` says what has a password.
"""
