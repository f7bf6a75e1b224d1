"""Experiments: short files of values, each with its source, that run by name."""

from keras_vatt.experiments.finetune_folder import finetune_folder
from keras_vatt.experiments.prepare_folder import prepare_folder
from keras_vatt.experiments.pretrain_folder import pretrain_folder

__all__ = ["finetune_folder", "prepare_folder", "pretrain_folder", "run_experiment"]


def run_experiment(name, **overrides):
    """Runs an experiment, see `keras_vatt.experiments.experiment.run_experiment`."""
    from keras_vatt.experiments.experiment import run_experiment

    return run_experiment(name, **overrides)
