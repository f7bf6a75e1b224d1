"""The embedded default: real clips made on the spot, and the way through them."""

from keras_vatt.demo.attribute_scores import attribute_scores
from keras_vatt.demo.attributes import ATTRIBUTES, Scene, draw_scenes
from keras_vatt.demo.check_splits import check_splits
from keras_vatt.demo.draw_caption import draw_caption
from keras_vatt.demo.draw_frames import draw_frames
from keras_vatt.demo.draw_sound import draw_sound
from keras_vatt.demo.report import write_report
from keras_vatt.demo.run_demo import run_demo, tables
from keras_vatt.demo.write_clips import read_scenes, write_clips

__all__ = [
    "ATTRIBUTES",
    "Scene",
    "attribute_scores",
    "check_splits",
    "draw_caption",
    "draw_frames",
    "draw_scenes",
    "draw_sound",
    "read_scenes",
    "run_demo",
    "tables",
    "write_clips",
    "write_report",
]
