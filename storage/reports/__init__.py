"""Reports for people outside: the PDF of one inspection or of several.

`contents` says what goes in, `inspection_report.write_report` writes the file. Nothing here reads the database or the
clock: the same contents give the same bytes.
"""
