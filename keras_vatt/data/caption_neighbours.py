"""Captions near a clip, in the same video."""

import bisect

from keras_vatt.data.caption import Caption

# A clip keeps so many captions of its neighbours on either side, for candidates.
_NEIGHBOURS = 8


def caption_neighbours(timeline, start, end):
    """Returns the captions of the clips before and after one.

    Args:
        timeline: list of (start, end, list of texts), sorted; the video's clips.
        start: float. Seconds; with `end`, one of the timeline.
        end: float.

    Returns:
        list of `Caption`, not the clip's own: at most eight clips' before it, then at
        most eight clips' after it, in time.

    Example:
    ```python
    caption_neighbours([(0.0, 2.0, ["stir"]), (2.0, 5.0, ["pour"])], 2.0, 5.0)
    # [Caption("stir", 0.0, 2.0, own=False)]
    ```

    Source: design 6, "Captions of a clip".
    """
    first = bisect.bisect_left(timeline, (start, end), key=_span)
    last = bisect.bisect_right(timeline, (start, end), key=_span)
    near = timeline[max(first - _NEIGHBOURS, 0) : first]
    near += timeline[last : last + _NEIGHBOURS]
    return [
        Caption(text, begin, stop, own=False)
        for begin, stop, texts in near
        for text in texts
    ]


def _span(clip):
    return clip[:2]
