"""Captions of demo scenes, from a grammar with synonyms."""

_WORDS = {
    "disc": ("disc", "circle", "ball"),
    "square": ("square", "box", "block"),
    "triangle": ("triangle", "wedge", "pyramid"),
    "star": ("star", "starfish"),
    "cross": ("cross", "plus"),
    "ring": ("ring", "hoop", "donut"),
    "moon": ("moon", "crescent"),
    "bar": ("bar", "plank", "beam"),
    "red": ("red", "crimson"),
    "orange": ("orange", "amber"),
    "yellow": ("yellow", "golden"),
    "green": ("green", "emerald"),
    "cyan": ("cyan", "turquoise"),
    "blue": ("blue", "navy"),
    "purple": ("purple", "violet"),
    "white": ("white", "pale"),
    "rises": ("rises", "goes up", "floats upward"),
    "falls": ("falls", "drops down", "sinks"),
    "grows": ("grows", "swells", "gets larger"),
    "shrinks": ("shrinks", "dwindles", "gets smaller"),
    "leftward": ("moves left", "slides to the left", "drifts leftward"),
    "rightward": ("moves right", "slides to the right", "drifts rightward"),
    "circles": ("circles around", "goes round", "orbits"),
    "shakes": ("shakes", "trembles", "shivers"),
}
_SENTENCES = (
    "A {colour} {shape} {motion} before a wall.",
    "In front of a wall, a {colour} {shape} {motion}.",
    "The {shape} {motion}; it is {colour}.",
    "Look how a {colour} {shape} {motion} here.",
)


def draw_caption(scene, rng):
    """Says in words what a scene shows: shape, colour and motion, each once.

    Args:
        scene: `Scene`.
        rng: `numpy.random.Generator` that picks sentence and synonyms.

    Returns:
        A string of at most 16 words.

    Example:

    >>> import numpy as np
    >>> scene = Scene("disc", "red", "rises", "plain", "big")
    >>> len(draw_caption(scene, np.random.default_rng(0)).split()) <= 16
    True
    """
    words = {
        name: str(rng.choice(_WORDS[value]))
        for name, value in vars(scene).items()
        if value in _WORDS
    }
    return str(rng.choice(_SENTENCES)).format(**words)
