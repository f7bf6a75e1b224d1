"""One entry of an annotation file, and how its values are read."""

import dataclasses
import math


class AnnotationError(ValueError):
    """An entry that cannot be read: file, line and column, and what was expected."""


@dataclasses.dataclass(frozen=True)
class Line:
    """One entry of an annotation file.

    Args:
        file: string. The annotation file.
        where: string. The place in it, "line 4" or "videos[3]".
        values: dict of the values by column.
    """

    file: str
    where: str
    values: dict

    def error(self, column, expected):
        """Returns the error of a value that is not as expected."""
        value = self.values.get(column)
        found = "missing" if value is None else repr(value)
        return AnnotationError(
            f"{column} is {found}. Expected {expected}. Correct {self.file!r}, "
            f"{self.where}, column {column!r}."
        )

    def text(self, column):
        """Returns a value that is text, stripped and not empty."""
        value = self.values.get(column)
        if not isinstance(value, str) or not value.strip():
            raise self.error(column, "text")
        return value.strip()

    def seconds(self, column):
        """Returns a value that is a time, float, finite and at least 0."""
        value = self.values.get(column)
        try:
            number = math.nan if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not (math.isfinite(number) and number >= 0):
            raise self.error(column, "seconds, a finite number of at least 0")
        return number

    def span(self, start, end):
        """Returns the values of two columns, seconds, the second above the first."""
        begin, stop = self.seconds(start), self.seconds(end)
        if stop <= begin:
            raise self.error(end, f"more than {start}, which is {begin:g}")
        return begin, stop

    def integer(self, column):
        """Returns a value that is a whole number of at least 0."""
        value = self.seconds(column)
        if value != int(value):
            raise self.error(column, "a whole number")
        return int(value)

    def choice(self, column, allowed):
        """Returns a value that is one of those allowed."""
        value = self.text(column)
        if value not in allowed:
            known = sorted(allowed)
            shown = ", ".join(map(repr, known[:6])) + (", ..." if known[6:] else "")
            raise self.error(column, f"one of {shown}")
        return value
