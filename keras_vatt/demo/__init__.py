"""The embedded default: real clips made on the spot, and the way through them."""

from keras_vatt.demo.attributes import ATTRIBUTES, Scene, draw_scenes
from keras_vatt.demo.draw_caption import draw_caption
from keras_vatt.demo.draw_frames import draw_frames
from keras_vatt.demo.draw_sound import draw_sound
from keras_vatt.demo.write_clips import write_clips

__all__ = [
    "ATTRIBUTES",
    "Scene",
    "draw_caption",
    "draw_frames",
    "draw_scenes",
    "draw_sound",
    "write_clips",
]
