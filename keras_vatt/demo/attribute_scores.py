"""What knowing one attribute of a clip, and nothing else, would be worth."""

import collections


def attribute_scores(scenes, k=10):
    """Expected recall at k of a search that knows a single true attribute.

    Such a search puts all clips with the right value first, in any order, so that it
    finds the right one among the first k with probability k / n, n of them being
    alike.

    Args:
        scenes: list of dicts from attribute to value, the clips searched.
        k: int.

    Returns:
        A dict from attribute to recall in [0, 1], and from `"all"` to what knowing
        every attribute would reach.

    Example:

    >>> scenes = [{"colour": "red"}, {"colour": "red"}, {"colour": "blue"}]
    >>> round(attribute_scores(scenes, k=1)["colour"], 3)
    0.667
    """
    views = {name: [scene[name] for scene in scenes] for name in scenes[0]}
    views["all"] = [tuple(scene.values()) for scene in scenes]
    scores = {}
    for name, values in views.items():
        alike = collections.Counter(values)
        chances = [min(1.0, k / alike[value]) for value in values]
        scores[name] = sum(chances) / len(chances)
    return scores
