"""Models that have not read some lines of talk: by these it is learned what new talk looks like to the one that has."""

from collections.abc import Collection, Sequence

from parsing.glance import glance
from parsing.learned import REQUEST, Models
from parsing.lessons import SELDOM, Lesson, answers, come_true, lessons, unread_by, yes_or_no
from parsing.training import Table


class Unread:
    """Makes models like `models`, which were learned from these lessons, that have read all but some lines of talk."""

    def __init__(self, models: Models, taught: Sequence[Lesson] | None = None) -> None:
        read = lessons() if taught is None else taught
        looked = [(look, one) for one in read if (look := glance(one.text)) is not None]
        self._models = models
        self._read: list[Lesson] = [one for _, one in looked]
        self._table = Table.of([look.counts for look, _ in looked], SELDOM)
        self._right = answers(self._read)[REQUEST]
        writers = [one.source or one.subject for one in self._read]
        self._true = come_true(unread_by(self._table, {REQUEST: self._right}, writers)[REQUEST], self._right)

    def without(self, texts: Collection[str]) -> Models:
        """Return models that have read none of these lines. Models that others learned are returned as they are."""
        if self._table.grams != self._models.linear.grams:
            return self._models
        rows = [at for at, one in enumerate(self._read) if one.asks is None or one.text not in texts]
        return self._models.asking(yes_or_no(self._table, self._right, REQUEST, rows, self._true))
