"""任务分工: the table that says who does which task by when, from Word, Excel or pasted text. Pure: no database.

`read` is the way in and `duty` holds the types; `word`, `book`, `open_document` and `pasted` lay a file out as grids,
`headings` says what each column means, `unit_lists` and `limits` read the cells, `rows` puts it together. `matching`
finds the real units of the printed names, and `write` is the way back. What a cell does not say plainly is marked, with
the reason; no row of the source is lost.
"""
