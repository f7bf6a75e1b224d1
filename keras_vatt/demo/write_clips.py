"""A folder of real clips, as a user would have one."""

import concurrent.futures
import csv
import json
import os
import pathlib

import numpy as np

from keras_vatt.demo.attributes import draw_scenes
from keras_vatt.demo.draw_caption import draw_caption
from keras_vatt.demo.draw_frames import draw_frames
from keras_vatt.demo.draw_sound import SAMPLE_RATE, draw_sound

COUNTS = {"train": 1536, "validation": 64, "test": 256}
FRAME_RATE = 20
TABLE = "clips.csv"
SCENES = "scenes.json"
_SIZES = ((72, 72), (80, 72), (72, 80))  # width and height, pixels
# Of the training clips, how many have no caption, and how many no sound.
_WITHOUT_CAPTION, _WITHOUT_SOUND = 0.08, 0.08


def write_clips(folder, counts=None, seed=0, workers=None, progress=None):
    """Writes mp4 files with sound, and a table of them, from procedural scenes.

    Looks, sound and caption of a clip are drawn from its scene alone, each by a random
    generator of its own: what they share is the scene. Some training clips have no
    caption and some no sound track.

    Args:
        folder: string. Where to write: `clips/*.mp4`, `clips.csv` with the columns
            video_path, start, end, caption, label (the motion) and split, and
            `scenes.json`, the attributes of every clip, which no model sees.
        counts: dict from split to the number of clips. Defaults to 1,536 of training,
            64 of validation and 256 of test.
        seed: int. The same seed writes the same scenes, looks and sounds.
        workers: int or None. Clips encoded at a time; None: one a processor.
        progress: None, or called with (clips done, clips in all) after each.

    Returns:
        The path of the table, a string.

    Raises:
        ValueError: for an unknown split or a negative count.
        FileExistsError: if the folder holds other files.

    Example:

    ```python
    table = keras_vatt.demo.write_clips("clips", {"train": 12, "test": 4}, seed=0)
    keras_vatt.datasets.prepare(table, "records")
    ```
    """
    counts = COUNTS if counts is None else counts
    folder = pathlib.Path(folder)
    plan = {"counts": counts, "seed": seed}
    if _written(folder, plan):
        return str(folder / TABLE)
    (folder / "clips").mkdir(parents=True)
    rng = np.random.default_rng([seed, 1])
    jobs = []
    for split, scenes in draw_scenes(counts, seed).items():
        jobs += [(split, scene) for scene in scenes]
    jobs = [jobs[i] for i in rng.permutation(len(jobs))]
    streams = np.random.SeedSequence([seed, 2]).spawn(len(jobs))
    rows = []
    with concurrent.futures.ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        futures = [
            pool.submit(_write_clip, folder, f"clips/{i:05d}.mp4", *job, stream)
            for i, (job, stream) in enumerate(zip(jobs, streams, strict=True))
        ]
        for done, future in enumerate(futures, start=1):
            rows.append(future.result())
            if progress is not None:
                progress(done, len(jobs))
    with open(folder / TABLE, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(rows)
    scenes = {
        row["video_path"]: vars(job[1]) for row, job in zip(rows, jobs, strict=True)
    }
    # Written last: the folder is whole when this file is there.
    (folder / SCENES).write_text(json.dumps({**plan, "scenes": scenes}, indent=1))
    return str(folder / TABLE)


def read_scenes(folder):
    """Reads the attributes of every clip that `write_clips` wrote.

    Args:
        folder: string. What `write_clips` wrote to.

    Returns:
        A dict from video path, as in the table, to a dict of attributes.

    Example:

    ```python
    keras_vatt.demo.read_scenes("clips")["clips/00000.mp4"]["shape"]
    ```
    """
    return json.loads((pathlib.Path(folder) / SCENES).read_text())["scenes"]


def _written(folder, plan):
    """Whether the folder holds the finished clips of just this plan."""
    if not folder.exists() or not any(folder.iterdir()):
        return False
    if (folder / SCENES).is_file():
        found = json.loads((folder / SCENES).read_text())
        if {key: found.get(key) for key in plan} == plan:
            return True
    raise FileExistsError(
        f"The folder {str(folder)!r} holds other files, or an unfinished run. Expected "
        "an empty folder, or finished clips of the same counts and seed. Choose "
        "another folder, or delete this one."
    )


def _write_clip(folder, path, split, scene, stream):
    look, sound, words, rest = map(np.random.default_rng, stream.spawn(4))
    seconds = round(rest.uniform(1.1, 1.6) * FRAME_RATE) / FRAME_RATE
    width, height = _SIZES[rest.integers(len(_SIZES))]
    captioned = split != "train" or rest.uniform() >= _WITHOUT_CAPTION
    audible = split != "train" or rest.uniform() >= _WITHOUT_SOUND
    _encode(
        folder / path,
        draw_frames(scene, look, seconds, FRAME_RATE, height, width),
        draw_sound(scene, sound, seconds) if audible else None,
    )
    return {
        "video_path": path,
        "start": 0.0,
        "end": seconds,
        "caption": draw_caption(scene, words) if captioned else "",
        "label": scene.motion,
        "split": split,
    }


def _encode(path, frames, sound):
    """Writes an mp4: H.264 where the encoder is there, else MPEG-4; AAC sound."""
    import av
    from av.video.reformatter import VideoReformatter

    with av.open(str(path), "w") as file:
        if "libx264" in av.codecs_available:
            options = {
                "preset": "veryfast",
                "crf": "20",
                # With its look-ahead the same frames do not always give the same file.
                "x264-params": "rc-lookahead=0:sync-lookahead=0:mbtree=0",
            }
            video = file.add_stream("libx264", rate=FRAME_RATE, options=options)
        else:
            video = file.add_stream("mpeg4", rate=FRAME_RATE)
            video.bit_rate = 2_000_000
        video.height, video.width = frames.shape[1:3]
        video.pix_fmt = "yuv420p"
        video.thread_count = 1
        if sound is not None:
            # The fast search for AAC's quantisers halves the time of a whole clip.
            options = {"aac_coder": "fast"}
            audio = file.add_stream("aac", SAMPLE_RATE, options, layout="mono")
            audio.bit_rate = 96_000
            samples = av.AudioFrame.from_ndarray(sound[None, :], "fltp", "mono")
            samples.sample_rate = SAMPLE_RATE
            file.mux(audio.encode(samples))
            file.mux(audio.encode(None))
        # By the encoder's own means each frame would start threads.
        reformatter = VideoReformatter()
        for image in frames:
            frame = av.VideoFrame.from_ndarray(image, "rgb24")
            frame = reformatter.reformat(frame, format="yuv420p", threads=1)
            file.mux(video.encode(frame))
        file.mux(video.encode(None))
