import re

import numpy as np

from keras_vatt import demo


def test_report_stands_alone_and_shows_what_matches(tmp_path):
    rng = np.random.default_rng(0)
    similarity = np.array([[0.9, 0.1, 0.2], [0.8, 0.1, 0.3], [0.1, 0.2, 0.7]])
    results = {
        "summary": "Three < four clips.",
        "tables": {
            "scores": [["", "trained"], ["R10", "0.91"]],
            "attributes": [["known attribute", "R10"], ["colour", "0.31"]],
            "making": [["", ""], ["backend", "jax"]],
        },
        "history": {"loss": [3.0, 2.0], "val_loss": [3.1, 2.5]},
        "gallery": {
            "video": rng.integers(0, 255, (3, 4, 16, 16, 3)).astype("uint8"),
            "caption": ["a red disc", "a blue bar", "a green <star>"],
            "captions_of_video": similarity,
            "videos_of_sound": similarity,
        },
    }
    demo.write_report(tmp_path / "report.html", results)
    page = (tmp_path / "report.html").read_text()
    assert "Three &lt; four clips." in page and "<star>" not in page
    assert ">0.91</td>" in page and ">0.31</td>" in page and ">jax</td>" in page
    assert not re.search(r'(src|href)="(?!data:)', page)
    assert page.count("data:image/png;base64,") == 1 + 2 * 3
    # Clips 0 and 2 find their own caption first; clip 1 finds it last.
    firsts = re.findall(r"<ol><li( class=\"right\")?>([^<]*)</li>", page)
    assert [bool(mark) for mark, _ in firsts] == [True, False, True]
    assert firsts[1][1] == "a red disc"
    assert page.count('<span class="right">itself</span>') == 2
