"""Reading: a report as people write it becomes figures, activities, an outline and lints.

Pure Python, no Django, no database. Numbers and what they count: `find_figures` in `figures`, `find_activities` in
`activities`; the way back, from an exact value to the words an official would print: `phrase` in `phrase`.
"""
