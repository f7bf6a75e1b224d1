"""Each public dataset's files as its authors lay them out, written small."""

import json
import shutil
import wave

import numpy as np

from tests.data.media_files import write_video


def write_sound(path, seconds=0.5, rate=44100, frequency=440):
    """Writes a mono wave file of a tone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tone = 0.5 * np.sin(2 * np.pi * frequency * np.arange(int(seconds * rate)) / rate)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((tone * 32767).astype("<i2").tobytes())


def write_videos(folder, names, num_frames=5):
    """Writes one video and copies of it, 25 frames/s, 32x32, with a tone."""
    first = None
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if first is None:
            first = write_video(
                path, num_frames, size=(32, 32), audio_seconds=num_frames / 25
            )
        else:
            shutil.copy(first, path)


def write_text(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_json(path, content):
    write_text(path, json.dumps(content))


def ucf101(annotations, media):
    write_text(annotations / "classInd.txt", "1 ApplyEyeMakeup\r\n2 Archery\r\n")
    write_text(
        annotations / "trainlist01.txt",
        "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi 1\r\n"
        "Archery/v_Archery_g08_c01.avi 2\r\n"
        "Archery/v_Archery_g08_c02.avi 2\r\n"
        "Juggling/v_Juggling_g08_c01.avi 3\r\n",
    )
    write_text(annotations / "testlist01.txt", "Archery/v_Archery_g01_c01.avi\r\n")
    write_text(annotations / "trainlist02.txt", "Archery/v_Archery_g01_c01.avi 2\n")
    write_text(annotations / "testlist02.txt", "Archery/v_Archery_g08_c01.avi\n")
    write_videos(
        media,
        [
            "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi",
            "Archery/v_Archery_g08_c01.avi",
            "Archery/v_Archery_g01_c01.avi",
        ],
    )


def hmdb51(annotations, media):
    write_text(
        annotations / "brush_hair_test_split1.txt",
        "a_brush_hair_u_nm_np1_ba_goo_0.avi 1 \n"
        "b_brush_hair_u_nm_np1_ba_goo_0.avi 2 \n"
        "c_brush_hair_u_nm_np1_ba_goo_0.avi 0 \n",
    )
    write_text(
        annotations / "cartwheel_test_split1.txt",
        "(Rad)Schlag_die_Bank!_cartwheel_f_cm_np1_le_med_0.avi 1 \n"
        "missing_cartwheel_f_cm_np1_ba_bad_8.avi 2 \n"
        "d_cartwheel_f_cm_np1_ba_bad_8.avi 7 \n",
    )
    write_videos(
        media,
        [
            "brush_hair/a_brush_hair_u_nm_np1_ba_goo_0.avi",
            "brush_hair/b_brush_hair_u_nm_np1_ba_goo_0.avi",
            "brush_hair/c_brush_hair_u_nm_np1_ba_goo_0.avi",
            "cartwheel/(Rad)Schlag_die_Bank!_cartwheel_f_cm_np1_le_med_0.avi",
        ],
    )


def kinetics(annotations, media):
    header = "label,youtube_id,time_start,time_end,split\n"
    write_text(
        annotations / "train.csv",
        header + "tying tie,--aaaaaaaaa,7,17,train\n"
        '"abseiling, fast",bbbbbbbbbbb,20,30,train\n'
        "abseiling,ccccccccccc,x,30,train\n",
    )
    write_text(
        annotations / "validate.csv",
        header + "tying tie,ddddddddddd,120,130,validate\n"
        "zumba,eeeeeeeeeee,1,11,validate\n",
    )
    write_text(
        annotations / "test.csv",
        "youtube_id,time_start,time_end,split\nfffffffffff,0,10,test\n",
    )
    write_videos(
        media,
        [
            "train/tying tie/--aaaaaaaaa_000007_000017.mp4",
            "bbbbbbbbbbb_000020_000030.mkv",
            "val/tying_tie/ddddddddddd_000120_000130.mp4",
            "fffffffffff_000000_000010.mp4",
        ],
    )


def moments_in_time(annotations, media):
    write_text(annotations / "moments_categories.txt", "zebra,0\napplauding,1\n")
    write_text(
        annotations / "trainingSet.csv",
        "applauding/flickr-0-1.mp4,applauding,3,1\nzebra/getty-2.mp4,zebra,3,0\n"
        "zebra/getty-3.mp4,lion,3,0\n",
    )
    write_text(
        annotations / "validationSet.csv", "applauding/flickr-0-1.mp4,applauding,5,0\n"
    )
    write_videos(
        media,
        [
            "training/applauding/flickr-0-1.mp4",
            "training/zebra/getty-2.mp4",
            "validation/applauding/flickr-0-1.mp4",
        ],
    )


def esc50(annotations, media):
    write_text(
        annotations / "esc50.csv",
        "filename,fold,target,category,esc10,src_file,take\n"
        "1-100032-A-0.wav,1,0,dog,True,100032,A\n"
        "2-100038-A-14.wav,2,14,chirping_birds,False,100038,A\n"
        "3-1-A-1.wav,3,1,rooster,True,1,A\n"
        "4-2-A-1.wav,four,1,rooster,True,2,A\n",
    )
    for name in ("1-100032-A-0.wav", "2-100038-A-14.wav"):
        write_sound(media / name)


def audioset(annotations, media):
    write_text(
        annotations / "class_labels_indices.csv",
        'index,mid,display_name\n0,/m/09x0r,"Speech"\n'
        '1,/m/05zppz,"Male speech, man speaking"\n2,/t/dd00088,"Gush"\n',
    )
    head = "# Segments csv created Sun Mar  5 10:54:31 2017\n# num_ytids=4\n"
    head += "# YTID, start_seconds, end_seconds, positive_labels\n"
    write_text(
        annotations / "balanced_train_segments.csv",
        head + '--PJHxphWEs, 0.080, 0.160, "/t/dd00088,/m/09x0r"\n'
        'aaaaaaaaaaa, 30.000, 40.000, "/m/09x0r"\n'
        'bbbbbbbbbbb, 30.000, 40.000, "/m/unknown"\n'
        'ccccccccccc, 30.000, 40.000, "/m/09x0r"\n',
    )
    write_text(
        annotations / "eval_segments.csv",
        head + 'ddddddddddd, 30.000, 40.000, "/m/05zppz"\n',
    )
    write_videos(media, ["videos/--PJHxphWEs.mp4", "ddddddddddd_30000_40000.mp4"])
    write_sound(media / "Yaaaaaaaaaaa.wav")


def howto100m(annotations, media):
    write_json(
        annotations / "caption.json",
        {
            "vid_0000001": {
                "start": [0.12, 0.0, 0.04, 0.2],
                "end": [0.2, 0.08, 0.12, 0.1],
                "text": ["pour it", "take a pan", "stir well", "backwards"],
            },
            "vid_0000002": {"start": [0.0], "end": [9.0], "text": ["no copy"]},
            "vid_0000003": {"start": [0.0], "end": [], "text": ["broken"]},
        },
    )
    write_videos(media, ["a/vid_0000001.mkv", "vid_0000003.webm"])


def youcook2(annotations, media):
    def clip(number, segment, sentence):
        return {"id": number, "segment": segment, "sentence": sentence}

    write_json(
        annotations / "youcookii_annotations_trainval.json",
        {
            "database": {
                "GLd3aX16zBg": {
                    "subset": "training",
                    "duration": 0.2,
                    "recipe_type": "113",
                    "annotations": [
                        clip(0, [0.0, 0.1], "spread margarine"),
                        clip(1, [0.1, 0.2], "place cheese"),
                        clip(2, [0.2], "broken"),
                    ],
                },
                "xHr8X2Wpmno": {
                    "subset": "validation",
                    "duration": 0.2,
                    "recipe_type": "101",
                    "annotations": [clip(0, [0.0, 0.2], "pick the ends")],
                },
                "missing0000": {"subset": "validation", "annotations": []},
            }
        },
    )
    write_videos(
        media, ["training/113/GLd3aX16zBg.mp4", "validation/101/xHr8X2Wpmno.mkv"]
    )


def msrvtt(annotations, media):
    def content(videos):
        return {
            "videos": [
                {"video_id": f"video{n}", "split": split, "category": 3}
                for n, split in videos
            ],
            "sentences": [
                {"video_id": f"video{n}", "caption": f"caption {n} {k}"}
                for n, _ in videos
                for k in (0, 1, 1)
            ],
        }

    write_json(
        annotations / "train_val_videodatainfo.json",
        content([(0, "train"), (1, "validate"), (2, "train")]),
    )
    test = content([(7010, "test"), (7011, "test")])
    test["sentences"].append({"video_id": "video7011", "caption": 5})
    write_json(annotations / "test_videodatainfo.json", test)
    write_text(
        annotations / "MSRVTT_JSFUSION_test.csv",
        "key,vid_key,video_id,sentence\nret0,msr7011,video7011,a woman cooks\n",
    )
    names = ["TrainValVideo/video0.mp4", "TrainValVideo/video1.mp4"]
    write_videos(media, [*names, "video7010.mp4", "video7011.mp4"])
