"""The preprocessor that fits a backbone."""

from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)


def preprocessor_of(backbone, time, vocabulary=None):
    """Builds the preprocessor of a backbone's shapes and a time base.

    Args:
        backbone: any backbone of ours. Spectrograms and words alone have none.
        time: dict with `frame_rate`, `frame_stride`, `sample_rate`, `audio_stride`,
            those that the backbone's modalities need.
        vocabulary: optional list of words or path of a word list, padding first.

    Returns:
        A `VATTPreprocessor`, or None if it would hold nothing.

    Raises:
        ValueError: if there are more words than rows in the backbone's word table.

    Example:

    ```python
    time = {"frame_rate": 25.0, "frame_stride": 2}
    preprocessor_of(keras_vatt.models.VATTVideoBackbone(), time).num_frames  # 32
    ```

    Reference: design, section 3 ("Time base").
    """
    video_shape = getattr(backbone, "video_shape", None)
    audio_shape = getattr(backbone, "audio_shape", None)
    if audio_shape is not None and len(audio_shape) != 2:
        audio_shape = None  # spectrograms are not made here
    num_words = getattr(backbone, "num_words", None)
    parts = {}
    if video_shape is not None:
        parts["video_converter"] = VATTVideoConverter(
            image_size=video_shape[1:3],
            num_frames=video_shape[0],
            frame_rate=time["frame_rate"],
            frame_stride=time["frame_stride"],
        )
    if audio_shape is not None:
        parts["audio_converter"] = VATTAudioConverter(
            num_samples=audio_shape[0],
            sample_rate=time["sample_rate"],
            audio_stride=time["audio_stride"],
        )
    if num_words is not None and vocabulary is not None:
        parts["tokenizer"] = tokenizer_of(backbone, vocabulary)
    if not parts:
        return None
    shapes = {"video": video_shape, "audio": audio_shape, "text": num_words}
    modalities = [name for name, shape in shapes.items() if shape is not None]
    modality = modalities[0] if len(modalities) == 1 else None
    return VATTPreprocessor(**parts, modality=modality)


def image_preprocessor_of(backbone):
    """The preprocessor of an image classifier: a clip is one frame, of no rate.

    Args:
        backbone: a `VATTVideoBackbone`.

    Returns:
        A `VATTPreprocessor` of modality "image".
    """
    converter = VATTVideoConverter(
        backbone.video_shape[1:3], num_frames=1, frame_rate=1.0, frame_stride=1
    )
    return VATTPreprocessor(converter, modality="image")


def tokenizer_of(backbone, vocabulary):
    """The tokenizer of a backbone that reads words.

    Raises:
        ValueError: if there are more words than rows in the backbone's word table.
    """
    tokenizer = VATTTokenizer(vocabulary, sequence_length=backbone.num_words)
    rows = getattr(backbone, "text_backbone", backbone).vocabulary_size
    if tokenizer.vocabulary_size() > rows:
        raise ValueError(
            f"The vocabulary has {tokenizer.vocabulary_size()} words, but the model's "
            f"word table {rows} rows. Expected the words that the table was made with, "
            "one a row."
        )
    return tokenizer
