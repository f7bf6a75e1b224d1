"""Records of clips as `keras-vatt prepare` writes them, made up on the spot."""

import concurrent.futures
import os

import numpy as np
import tensorflow as tf
import tensorflow_datasets as tfds
from tensorflow_datasets.core import registered

from keras_vatt.data import record_index, records

SAMPLE_RATE = 48_000
WORDS = "stir the soup then pour it over rice and serve with a little salt".split()


def clip_records(folder, num_clips, seconds, size=(256, 340), rate=25, pictures=16):
    """Returns `folder`, with a finished dataset of clips in it.

    A clip pans over a picture whose spectrum falls off as photographs' do, with some
    grain, so that its JPEG frames are about as large as those of real videos; there
    are `pictures` different series of frames. Nothing is written again.

    Args:
        folder: string.
        num_clips: int.
        seconds: float. Length of each.
        size: pair of ints. Height and width of the frames.
        rate: int. Frames per second.
        pictures: int.
    """
    kind = f"{num_clips}x{seconds:g}s_{size[1]}x{size[0]}_{rate}"
    folder = os.path.join(folder, kind)
    builder = _Builder(num_clips, seconds, size, rate, pictures, data_dir=folder)
    builder.download_and_prepare()
    if not record_index.has_index(builder.data_dir):
        record_index.write_index(builder.data_dir)
    return folder


# One class alone may register the name of stored clips, and that is not this one.
with registered.skip_registration():

    class _Builder(tfds.core.GeneratorBasedBuilder):
        """As `keras_vatt.datasets.clips_builder`, without media files."""

        name = records.NAME
        VERSION = tfds.core.Version(records.VERSION)

        def __init__(self, num_clips, seconds, size, rate, pictures, **kwargs):
            self._num_clips, self._pictures = num_clips, min(pictures, num_clips)
            self._args = seconds, size, rate
            super().__init__(**kwargs)

        def _info(self):
            return tfds.core.DatasetInfo(builder=self, features=records.features())

        def _split_generators(self, dl_manager):
            return {"train": self._generate_examples()}

        def _generate_examples(self):
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                series = range(self._pictures)
                made = list(pool.map(lambda seed: clip(seed, *self._args), series))
            for number in range(self._num_clips):
                yield number, {**made[number % self._pictures], "id": f"clip {number}"}


def clip(seed, seconds, size, rate):
    """Returns one clip as `records.features` describes."""
    rng = np.random.default_rng(seed)
    frames = [
        tf.io.encode_jpeg(image, quality=90).numpy()
        for image in images(seed, seconds, size, rate)
    ]
    count = len(frames)
    wave = rng.normal(0.0, 3000.0, round(seconds * SAMPLE_RATE)).astype("<i2")
    starts = np.arange(0.0, seconds, 2.0)
    texts = [" ".join(rng.choice(WORDS, 8)) for _ in starts]
    return {
        "id": "",
        "path": "made up",
        "start": 0.0,
        "end": seconds,
        "frames": frames,
        "timestamps": np.arange(count, dtype="float32") / rate,
        "frame_rate": float(rate),
        "audio": wave.tobytes(),
        "sample_rate": SAMPLE_RATE,
        "captions": [
            {"text": text, "start": start, "end": start + 2.0, "own": 1}
            for text, start in zip(texts, starts)
        ],
        "labels": [seed % 4],
    }


def images(seed, seconds, size, rate):
    """Yields the frames of a clip, uint8 `(height, width, 3)`."""
    rng = np.random.default_rng(seed)
    height, width = size
    count = round(seconds * rate)
    pan = min(count, 250)
    picture = _picture(rng, height + 64, width + pan)
    grain = rng.normal(0.0, 1.5, (height, width, 3)).astype("float32")
    for number in range(count):
        left = abs((number + pan) % (2 * pan) - pan)  # there and back again
        top = left * 64 // pan
        image = picture[top : top + height, left : left + width]
        image = image + np.roll(grain, 7 * number, (0, 1))
        yield np.clip(image, 0, 255).astype("uint8")


def _picture(rng, height, width):
    """Noise whose amplitude falls with frequency, in colours that go together."""
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width))
    frequency[0, 0] = np.inf
    layers = []
    for _ in range(3):
        phases = rng.normal(size=(2, *frequency.shape))
        layer = np.fft.irfft2((phases[0] + 1j * phases[1]) / frequency**1.6)
        layers.append(layer[:, :width] / layer.std())
    luma, *chroma = layers
    colours = [luma + 0.3 * chroma[0], luma, luma + 0.3 * chroma[1]]
    return (118.0 + 45.0 * np.stack(colours, axis=-1)).astype("float32")
