"""Overlapping windows of a file become one stretch."""


def merge_windows(ranked, top):
    """Merges overlapping windows, the best first, into stretches that do not overlap.

    A window that overlaps a stretch belongs to it, or joins two of them. The stretch
    grows by it if it scores at least half of the stretch's best; one that scores less
    says no more than that the stretch ends there.

    Args:
        ranked: iterable of (file, start, end, score), highest score first. Read only
            as far as needed.
        top: int. How many stretches are wanted.

    Returns:
        A list of dicts, highest score first: `file`, `start`, `end`, `best` (where its
        best window starts), `score` and `windows` (how many it took).

    Example:

    >>> found = merge_windows([(0, 1.0, 3.0, 0.9), (0, 2.0, 4.0, 0.6)], top=5)
    >>> [(one["start"], one["end"], one["windows"]) for one in found]
    [(1.0, 4.0, 2)]
    """
    by_file, order = {}, 0
    found = {}  # by the order they were found in: the best first
    for file, start, end, score in ranked:
        numbers = by_file.setdefault(file, [])
        touched = [
            number
            for number in numbers
            if start < found[number]["end"] and found[number]["start"] < end
        ]
        if not touched:
            if len(found) == top:
                break
            found[order] = {
                "file": file,
                "start": start,
                "end": end,
                "best": start,
                "score": score,
                "windows": 1,
            }
            numbers.append(order)
            order += 1
            continue
        first = found[touched[0]]
        first["windows"] += 1
        if not score >= 0.5 * first["score"] > 0:
            continue
        first["start"], first["end"] = (
            min(first["start"], start),
            max(first["end"], end),
        )
        for number in touched[1:]:  # the window bridges them
            other = found.pop(number)
            numbers.remove(number)
            first["start"] = min(first["start"], other["start"])
            first["end"] = max(first["end"], other["end"])
            first["windows"] += other["windows"]
    return list(found.values())
