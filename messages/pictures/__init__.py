"""Pictures that stand above a message: what is on them (`plan`), and how it is drawn (`draw`).

Only `draw` and `letters` need Pillow, and they are imported when the first picture is drawn: a process that shows none
does not carry it.
"""

from messages.pictures.plan import Plan, Shape, plan_of

__all__ = ["Plan", "Shape", "plan_of"]
