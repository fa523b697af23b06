"""名册: units, people, posts and roles in one workbook. Pure: no database.

`table` reads what somebody filled in, `known` is what the installation has, `plan` says row by row what would come of
it, `sheets` writes the template and the export.
"""
