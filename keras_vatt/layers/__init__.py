"""Layers of VATT: tokens, positions, encoders, heads."""

from keras_vatt.layers.aggregation_token import AggregationToken
from keras_vatt.layers.attention import Attention
from keras_vatt.layers.axis_position_embedding import AxisPositionEmbedding
from keras_vatt.layers.drop_token import DropToken
from keras_vatt.layers.dropout import Dropout
from keras_vatt.layers.fine_and_coarse_head import FineAndCoarseHead
from keras_vatt.layers.joint_head import JointHead
from keras_vatt.layers.relative_position_bias import RelativePositionBias
from keras_vatt.layers.spectrogram_embedding import SpectrogramEmbedding
from keras_vatt.layers.t5_encoder import T5Encoder
from keras_vatt.layers.token_choice import TokenChoice
from keras_vatt.layers.transformer_block import TransformerBlock
from keras_vatt.layers.transformer_encoder import TransformerEncoder
from keras_vatt.layers.tubelet_embedding import TubeletEmbedding
from keras_vatt.layers.waveform_embedding import WaveformEmbedding
from keras_vatt.layers.word_embedding import WordEmbedding

__all__ = [
    "AggregationToken",
    "Attention",
    "AxisPositionEmbedding",
    "DropToken",
    "Dropout",
    "FineAndCoarseHead",
    "JointHead",
    "RelativePositionBias",
    "SpectrogramEmbedding",
    "T5Encoder",
    "TokenChoice",
    "TransformerBlock",
    "TransformerEncoder",
    "TubeletEmbedding",
    "WaveformEmbedding",
    "WordEmbedding",
]
