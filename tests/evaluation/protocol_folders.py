"""A small folder of real files in the layout of every dataset that is scored.

Clips differ from each other, and are longer than a toy model's window, so that the
windows of a clip differ as well.
"""

from tests.data.media_files import write_video
from tests.datasets.layouts import write_json, write_sound, write_text
from tests.datasets.tiny_images import Imagenet2012

ACTIONS = ("archery", "zumba")


def write_clip(path, number):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_video(path, 30, size=(32, 40), audio_seconds=1.2, blue=30 * number)


def hmdb51(folder):
    clips = [(label, k) for label in ACTIONS for k in range(3)]
    for number, (label, k) in enumerate(clips):
        write_clip(folder / "videos" / label / f"{label}_{k}.avi", number)
    for fold in (1, 2, 3):
        for label in ACTIONS:
            lines = [f"{label}_{k}.avi {2 if k == fold - 1 else 1}" for k in range(3)]
            # One file of each list is not in the folder.
            lines.append(f"{label}_9.avi 1")
            name = f"{label}_test_split{fold}.txt"
            write_text(folder / "testTrainMulti_7030_splits" / name, "\n".join(lines))


def ucf101(folder):
    lists = folder / "ucfTrainTestlist"
    write_text(lists / "classInd.txt", "1 archery\n2 zumba\n")
    for number, label in enumerate(ACTIONS):
        for k in range(3):
            path = folder / "UCF-101" / label / f"v_{label}_{k}.avi"
            write_clip(path, 3 * number + k)
    for fold in (1, 2, 3):
        lines = {"train": "", "test": ""}
        for number, label in enumerate(ACTIONS):
            for k in range(3):
                split = "test" if k == fold - 1 else "train"
                index = f" {number + 1}" if split == "train" else ""
                lines[split] += f"{label}/v_{label}_{k}.avi{index}\n"
        for split, text in lines.items():
            write_text(lists / f"{split}list0{fold}.txt", text)


def esc50(folder):
    lines = ["filename,fold,target,category,esc10,src_file,take"]
    for fold in (1, 2, 3, 4, 5):
        for target, label in enumerate(("dog", "rain")):
            name = f"{fold}-100-A-{target}.wav"
            frequency = 200 + 500 * target + 40 * fold
            write_sound(folder / "audio" / name, 1.2, frequency=frequency)
            lines.append(f"{name},{fold},{target},{label},False,100,A")
    write_text(folder / "meta" / "esc50.csv", "\n".join(lines) + "\n")


def msrvtt(folder):
    """Three videos to test with one, two and three captions; one to train."""
    videos = [
        {"video_id": f"video{n}", "split": "test" if n else "train"} for n in range(4)
    ]
    sentences = [
        {"video_id": f"video{n}", "caption": f"a {word} {n}"}
        for n in range(4)
        for word in ("cat", "dog", "car")[:n]
    ]
    content = {"videos": videos, "sentences": sentences}
    write_json(folder / "annotation" / "MSRVTT_data.json", content)
    write_text(
        folder / "annotation" / "MSRVTT_JSFUSION_test.csv",
        "key,vid_key,video_id,sentence\n"
        + "".join(f"ret{n},msr{n},video{n},a dog {n}\n" for n in (1, 2, 3)),
    )
    for n in range(4):
        write_clip(folder / "videos" / f"video{n}.mp4", n)


def youcook2(folder):
    def clip(number, segment, sentence):
        return {"id": number, "segment": segment, "sentence": sentence}

    database = {
        f"video{n:06d}": {
            "subset": subset,
            "annotations": [
                clip(0, [0.0, 0.6], f"a cat {n}"),
                clip(1, [0.5, 1.2], f"a dog {n}"),
            ],
        }
        for n, subset in enumerate(("training", "validation", "validation"))
    }
    write_json(
        folder / "annotations" / "youcookii_annotations_trainval.json",
        {"database": database},
    )
    for n in range(3):
        write_clip(folder / "raw_videos" / f"video{n:06d}.mp4", 2 * n)


def kinetics(folder, clips=3):
    header = "label,youtube_id,time_start,time_end,split\n"
    write_text(folder / "train.csv", header + "archery,aaaaaaaaaaa,0,10,train\n")
    lines = [
        f"{ACTIONS[n % 2]},{n}bbbbbbbbbb,{n},{n + 10},validate\n" for n in range(clips)
    ]
    write_text(folder / "validate.csv", header + "".join(lines))
    for n in range(clips):
        name = f"{n}bbbbbbbbbb_{n:06d}_{n + 10:06d}.mp4"
        write_clip(folder / "val" / ACTIONS[n % 2] / name, n)


def moments_in_time(folder):
    write_text(folder / "moments_categories.txt", "zumba,0\narchery,1\n")
    lines = [f"{ACTIONS[n % 2]}/{n}.mp4,{ACTIONS[n % 2]},3,0\n" for n in range(3)]
    write_text(folder / "validationSet.csv", "".join(lines))
    for n in range(3):
        write_clip(folder / "validation" / ACTIONS[n % 2] / f"{n}.mp4", n)


def audioset(folder):
    write_text(
        folder / "class_labels_indices.csv",
        'index,mid,display_name\n0,/m/a,"Speech"\n1,/m/b,"Dog, bark"\n2,/m/c,"Rain"\n',
    )
    labels = ("/m/a,/m/b", "/m/b", "/m/a,/m/c", "/m/c")
    lines = [f'{n}ccccccccccc, 0.000, 1.200, "{mids}"' for n, mids in enumerate(labels)]
    head = "# Segments csv\n# num_ytids=4\n# YTID, start, end, positive_labels\n"
    write_text(folder / "eval_segments.csv", head + "\n".join(lines) + "\n")
    for n in range(len(labels)):
        path = folder / "eval" / f"Y{n}ccccccccccc.wav"
        write_sound(path, 1.2, frequency=200 * (n + 1))


def imagenet(folder):
    Imagenet2012(data_dir=folder).download_and_prepare()


WRITERS = {
    "hmdb51": hmdb51,
    "ucf101": ucf101,
    "esc50": esc50,
    "msrvtt": msrvtt,
    "msrvtt-1k-a": msrvtt,
    "youcook2": youcook2,
    "kinetics400": kinetics,
    "kinetics600": kinetics,
    "kinetics700": kinetics,
    "moments-in-time": moments_in_time,
    "audioset": audioset,
    "imagenet": imagenet,
}
