"""Tables on disk: a set that is replaced whole (`store`), its lock (`lock`), workbooks
(`workbook`).
"""
