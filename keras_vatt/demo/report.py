"""The demo's report: one HTML file that needs no other."""

import base64
import html
import io

import numpy as np

_RIGHT = ' class="right"'
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>keras_vatt demo</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem;
  padding: 0 1rem; color: #222; background: #fff; }}
h1, h2 {{ line-height: 1.2; }} h2 {{ margin-top: 2.5rem; }}
table {{ border-collapse: collapse; }}
th, td {{ padding: .35rem .8rem; border-bottom: 1px solid #ddd; text-align: left;
  vertical-align: top; }}
td.n, th.n {{ text-align: right; font-variant-numeric: tabular-nums; }}
img {{ display: block; max-width: 100%; }} img.clip {{ height: 72px; }}
ol {{ margin: 0; padding-left: 1.3rem; }} .right {{ font-weight: 600; color: #05683a; }}
.note {{ color: #555; }}
</style></head><body>
<h1>From mp4 files to retrieval</h1>
<p>{summary}</p>
<h2>Scores on {test} held-out clips</h2>
{scores}
<p class="note">R@k: how often the right clip is among the first k, ties counted against
the model. Chance: a random order. Untrained: the same model before its first step.
Probes: a linear classifier on the frozen towers' pooled features, trained on the
training clips' labels.</p>
<h2>What one attribute alone would reach</h2>
{attributes}
<p class="note">Expected R@10 of a search that knows one true attribute of the clip, or
all of them, and nothing else.</p>
<h2>Training</h2>
<img alt="Curves of loss and accuracy" src="{curves}">
<h2>Held-out clips and what they match</h2>
<p class="note">The first {shown} clips of the test split, not chosen. Left: frames of
the clip. Middle: its own caption, and of all {test} captions the three that match its
frames best. Right: the clip that its sound finds first.</p>
<table><tr><th>Clip</th><th>Captions</th><th>Found by its sound</th></tr>
{gallery}</table>
<h2>How it was made</h2>
{making}
</body></html>
"""


def write_report(path, results):
    """Writes the report.

    Args:
        path: string. The HTML file to write.
        results: dict with `"summary"`, a sentence; `"tables"`, a dict of `"scores"`,
            `"attributes"` and `"making"`, each a list of rows of strings, headings
            first; `"history"`, a dict of lists; and `"gallery"`, a dict of `"video"`,
            uint8 `(clips, frames, h, w, 3)`, `"caption"`, strings `(clips,)`,
            `"captions_of_video"` and `"videos_of_sound"`, float `(clips, clips)`:
            similarities, a row what is asked with, a column what is found.

    Example:

    ```python
    write_report("report.html", results)
    ```
    """
    tables = results["tables"]
    gallery = results["gallery"]
    shown = min(10, len(gallery["caption"]))
    page = _PAGE.format(
        summary=html.escape(results["summary"]),
        test=len(gallery["caption"]),
        shown=shown,
        scores=_table(tables["scores"]),
        attributes=_table(tables["attributes"]),
        making=_table(tables["making"]),
        curves=_curves(results["history"]),
        gallery="\n".join(_gallery_row(gallery, i) for i in range(shown)),
    )
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def _table(rows):
    head, *body = rows
    cells = [_row("th", head), *(_row("td", row) for row in body)]
    return "<table>" + "\n".join(cells) + "</table>"


def _row(tag, row):
    first, *rest = (html.escape(str(cell)) for cell in row)
    numbers = "".join(f'<{tag} class="n">{cell}</{tag}>' for cell in rest)
    return f"<tr><{tag}>{first}</{tag}>{numbers}</tr>"


def _gallery_row(gallery, i):
    captions = gallery["caption"]
    order = np.argsort(-gallery["captions_of_video"][i], kind="stable")[:3]
    marks = [_RIGHT if j == i else "" for j in order]
    found = "".join(
        f"<li{mark}>{html.escape(captions[j])}</li>"
        for j, mark in zip(order, marks, strict=True)
    )
    heard = int(np.argmax(gallery["videos_of_sound"][i]))
    mark = _RIGHT if heard == i else ""
    note = "itself" if heard == i else html.escape(captions[heard])
    return (
        f"<tr><td>{_strip(gallery['video'][i])}</td>"
        f"<td><em>{html.escape(captions[i])}</em><ol>{found}</ol></td>"
        f"<td>{_strip(gallery['video'][heard])}<span{mark}>{note}</span></td></tr>"
    )


def _strip(video):
    """Three frames side by side, as an image tag."""
    from matplotlib.image import imsave

    frames = video[np.linspace(0, len(video) - 1, 3).astype(int)]
    buffer = io.BytesIO()
    imsave(buffer, np.concatenate(list(frames), axis=1), format="png")
    return f'<img class="clip" alt="frames" src="{_data_url(buffer, "image/png")}">'


def _curves(history):
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, names, title in (
        (left, ("loss", "video_text_loss", "video_audio_loss"), "loss"),
        (
            right,
            ("text_to_video_accuracy", "audio_to_video_accuracy"),
            "first of the batch is right",
        ),
    ):
        for colour, name in enumerate(names):
            label = name.removesuffix("_loss").removesuffix("_accuracy")
            for prefix, style in (("", "-"), ("val_", "--")):
                values = history.get(prefix + name)
                if values:
                    epochs = range(1, len(values) + 1)
                    told = (prefix and "validation " or "") + label.replace("_", " ")
                    axes.plot(epochs, values, style, color=f"C{colour}", label=told)
        axes.set(title=title, xlabel="epoch")
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend(fontsize=8)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110)
    return _data_url(buffer, "image/png")


def _data_url(buffer, kind):
    return f"data:{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"
