"""A toy model and small files, each unlike the others, to embed and to find."""

import wave

import av
import numpy as np

from keras_vatt import models, training
from keras_vatt.preprocessing import (
    VATTAudioConverter,
    VATTPreprocessor,
    VATTTokenizer,
    VATTVideoConverter,
)

TOY = {"hidden_dim": 32, "mlp_dim": 32, "num_layers": 1, "num_heads": 1, "head_dim": 16}
WORDS = ["<pad>", "<unk>", "a", "red", "dog", "barks"]


def toy_pretrainer():
    """A random model: windows of 0.4 s of video, 0.1 s of sound."""
    backbone = models.VATTBackbone(
        models.VATTVideoBackbone(video_shape=(4, 16, 16, 3), **TOY),
        models.VATTAudioBackbone(audio_shape=(4864, 1), **TOY),
        models.VATTTextBackbone(vocabulary_size=len(WORDS), num_words=5, **TOY),
    )
    preprocessor = VATTPreprocessor(
        VATTVideoConverter((16, 16), num_frames=4, frame_rate=10.0),
        VATTAudioConverter(num_samples=4864),
        VATTTokenizer(WORDS, sequence_length=5),
    )
    return models.VATTPretrainer(
        backbone, fine_dim=8, coarse_dim=6, preprocessor=preprocessor
    )


def hearing(pretrainer):
    """Makes a new model heed quiet tones, as training would begin."""
    rng = np.random.default_rng(0)
    tones = np.stack([_tone(rng, 4864 / 48000) for _ in range(16)])
    batch = {
        "video": rng.integers(0, 256, (16, 4, 16, 16, 3)).astype("uint8"),
        "audio": tones[..., None].astype("float32"),
    }
    return training.calibrate(pretrainer, batch)


def write_clip(path, seed, num_frames=20, rate=10, codec="mpeg4"):
    """Writes frames of coloured squares, others in every frame, and a tone."""
    rng = np.random.default_rng(seed)
    with av.open(str(path), "w") as container:
        video = container.add_stream(codec, rate=rate)
        video.width, video.height, video.pix_fmt = 32, 32, "yuv420p"
        video.bit_rate, video.gop_size = 2_000_000, 4
        sound = container.add_stream("aac", rate=48000, layout="mono")
        for squares in rng.integers(0, 255, (num_frames, 4, 4, 3)).astype("uint8"):
            image = np.kron(squares, np.ones((8, 8, 1), "uint8"))
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        tone = _tone(rng, num_frames / rate).astype("float32")[None]
        samples = av.AudioFrame.from_ndarray(tone, "fltp", "mono")
        samples.sample_rate = 48000
        container.mux(sound.encode(samples))
        container.mux(sound.encode(None))
    return path


def write_sound(path, seed, seconds=0.25):
    """Writes 16-bit samples at 48 kHz and returns them, float32 in [-1, 1]."""
    samples = (_tone(np.random.default_rng(seed), seconds) * 32767).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(samples.tobytes())
    return samples.astype("float32") / 32768


def _tone(rng, seconds):
    time = np.arange(round(seconds * 48000)) / 48000
    waves = [np.sin(2 * np.pi * f * time) for f in rng.uniform(80, 4000, 5)]
    return 0.15 * sum(waves)
