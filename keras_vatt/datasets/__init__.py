"""Media files to stored datasets."""

from keras_vatt.data.csv_rows import read_csv
from keras_vatt.data.listing import Listing
from keras_vatt.datasets.audioset import audioset
from keras_vatt.datasets.esc50 import esc50
from keras_vatt.datasets.hmdb51 import hmdb51
from keras_vatt.datasets.howto100m import howto100m
from keras_vatt.datasets.imagenet import imagenet
from keras_vatt.datasets.kinetics import kinetics
from keras_vatt.datasets.moments_in_time import moments_in_time
from keras_vatt.datasets.msrvtt import msrvtt
from keras_vatt.datasets.msrvtt_1k_a import msrvtt_1k_a
from keras_vatt.datasets.prepare import prepare
from keras_vatt.datasets.prepare_dmvr import prepare_dmvr
from keras_vatt.datasets.read_dataset import read_dataset
from keras_vatt.datasets.report import Report
from keras_vatt.datasets.ucf101 import ucf101
from keras_vatt.datasets.youcook2 import youcook2

__all__ = [
    "Listing",
    "Report",
    "audioset",
    "esc50",
    "hmdb51",
    "howto100m",
    "imagenet",
    "kinetics",
    "moments_in_time",
    "msrvtt",
    "msrvtt_1k_a",
    "prepare",
    "prepare_dmvr",
    "read_csv",
    "read_dataset",
    "ucf101",
    "youcook2",
]
