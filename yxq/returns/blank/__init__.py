"""Blank forms to be sent out: a workbook a sender, form and period, which cannot well be filled in
wrongly and which ingest knows by its mark.

`asked`: which returns; `given`: the rows that are known beforehand; `rules`: what a cell takes;
`sheet`: a form as a sheet of a workbook, to be filled in or mended; `instructions`: how; `write`:
all of them, into a folder.
"""
