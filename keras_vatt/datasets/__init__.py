"""Media files to stored datasets."""

from keras_vatt.datasets.csv_rows import read_csv
from keras_vatt.datasets.prepare import prepare
from keras_vatt.datasets.prepare_dmvr import prepare_dmvr
from keras_vatt.datasets.report import Report

__all__ = ["Report", "prepare", "prepare_dmvr", "read_csv"]
