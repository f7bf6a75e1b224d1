"""What a demo scene can be, and which scenes each split may draw."""

import dataclasses
import itertools

import numpy as np

# None has more than eight values: to know one of them is to be right among ten of
# 256 clips at best three times in ten.
ATTRIBUTES = {
    "shape": ("disc", "square", "triangle", "star", "cross", "ring", "moon", "bar"),
    "colour": (
        "red",
        "orange",
        "yellow",
        "green",
        "cyan",
        "blue",
        "purple",
        "white",
    ),
    "motion": (
        "rises",
        "falls",
        "grows",
        "shrinks",
        "leftward",
        "rightward",
        "circles",
        "shakes",
    ),
    "background": ("plain", "striped", "checked", "dotted"),
    "size": ("small", "big"),
}
# The attributes whose combinations are dealt out to the splits, and the shares.
_DEALT = ("shape", "colour", "motion")
_SHARES = {"validation": 1 / 16, "test": 5 / 16}  # training has the rest


@dataclasses.dataclass(frozen=True)
class Scene:
    """One combination of attributes; each is a value of `ATTRIBUTES`.

    Args:
        shape: string.
        colour: string.
        motion: string.
        background: string.
        size: string.

    Example:

    >>> Scene("disc", "red", "rises", "plain", "big").colour
    'red'
    """

    shape: str
    colour: str
    motion: str
    background: str
    size: str


def draw_scenes(counts, seed=0):
    """Draws the scenes of every split; no two splits share a combination.

    The 512 combinations of shape, colour and motion are dealt out first: a combination
    that is tested is never trained on, whatever its background and size. Within
    validation and test every scene is drawn once before any is drawn twice.

    Args:
        counts: dict from `"train"`, `"validation"` and `"test"` to the number of
            scenes.
        seed: int. The same seed draws the same scenes.

    Returns:
        A dict from split to a list of `Scene`.

    Raises:
        ValueError: for an unknown split or a negative count.

    Example:

    >>> scenes = draw_scenes({"train": 3, "test": 2}, seed=0)
    >>> [len(scenes[split]) for split in scenes]
    [3, 2]
    """
    for split, count in counts.items():
        if split not in ("train", *_SHARES) or count < 0:
            raise ValueError(
                "`counts` must map train, validation or test to a number of clips, 0 "
                f"or more. Received {count} for {split!r}."
            )
    rng = np.random.default_rng([seed, 0])
    combinations = list(itertools.product(*(ATTRIBUTES[name] for name in _DEALT)))
    rng.shuffle(combinations)
    dealt, start = {}, 0
    for split, share in _SHARES.items():
        stop = start + round(share * len(combinations))
        dealt[split] = combinations[start:stop]
        start = stop
    dealt["train"] = combinations[start:]
    rest = [n for n in ATTRIBUTES if n not in _DEALT]
    others = list(itertools.product(*(ATTRIBUTES[name] for name in rest)))
    scenes = {}
    for split, count in counts.items():
        pool = list(itertools.product(dealt[split], others))
        order = [rng.permutation(len(pool)) for _ in range(-(-count // len(pool)))]
        picks = np.concatenate([[], *order]).astype(int)[:count]
        scenes[split] = [
            Scene(**dict(zip((*_DEALT, *rest), (*a, *b), strict=True)))
            for a, b in (pool[pick] for pick in picks)
        ]
    return scenes
