"""What a model attends to, and what DropToken keeps, of the clips of a source."""

import os

import keras

from keras_vatt import data, presets
from keras_vatt.evaluation.attention_rollout import attention_rollout
from keras_vatt.evaluation.draw_attention import draw_attention
from keras_vatt.evaluation.draw_kept_tokens import draw_kept_tokens
from keras_vatt.evaluation.inspect_clips import first_batch, preprocessor_for, row_of
from keras_vatt.evaluation.kept_tokens import kept_tokens
from keras_vatt.presets.sizes import SIZES


def inspect_tokens(
    source,
    preset,
    attention=None,
    kept=None,
    split="train",
    clips=1,
    seed=0,
    vocabulary=None,
    allow_outside=False,
    **overrides,
):
    """Draws the attention rollout of some clips, and the tokens that training keeps.

    The clips are seen as in a test: the window in their middle, one crop. Their first
    caption is the text.

    Args:
        source: string. What `data.load` reads, see `inspect_clips`.
        preset: string. A name of `presets.names()` or a preset folder of pretraining.
            A size without weights attends as its random weights do.
        attention: string or None. The PNG file for `draw_attention`.
        kept: string or None. The PNG file for `draw_kept_tokens`.
        split: string.
        clips: int. How many are drawn, in stored order.
        seed: int. Of DropToken's draws, and of weights that are random.
        vocabulary: as in `inspect_clips`.
        allow_outside: bool. Whether media files outside the folder may be read.
        **overrides: of `presets.load`, such as `drop_token_rate`.

    Returns:
        list of a dict a clip, as `inspect_clips` returns it.

    Raises:
        FileNotFoundError: if there is nothing to read.
        ValueError: if an argument does not fit, or no clip can be read.

    Example:
    ```python
    inspect_tokens("videos", "my_run/preset", attention="attention.png")
    ```
    """
    outputs = [os.fspath(path) for path in (attention, kept) if path is not None]
    if clips < 1:
        raise ValueError(f"`clips` must be at least 1. Received: clips={clips}")
    if not outputs or any(os.path.splitext(p)[1].lower() != ".png" for p in outputs):
        raise ValueError(
            "`attention` or `kept` must name a file that ends in .png. Received: "
            f"attention={attention!r}, kept={kept!r}"
        )
    preprocessor = preprocessor_for(source, split, preset, vocabulary)
    if preset in SIZES:  # knows no words yet: those of the source
        vocabulary = preprocessor.tokenizer.vocabulary
    keras.utils.set_random_seed(seed)
    model = presets.load(preset, vocabulary=vocabulary, **overrides)
    dataset = data.load(
        source,
        split,
        "inspect",
        clips,
        preprocessor,
        training=False,
        repeat=False,
        drop_remainder=False,
        num_windows=1,
        num_crops=1,
        allow_outside=allow_outside,
        prefetch=0,
    )
    batch = first_batch(dataset)
    rows = [row_of(batch, number) for number in range(len(batch["id"]))]
    batch["text"] = batch["text"][:, 0]  # (b, W), the first caption
    batch["title"] = [_title(row) for row in rows]
    for path in outputs:
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    modalities = ["video", "audio"]
    if model.preprocessor.tokenizer is not None:  # else words mean nothing to it
        modalities.append("text")
    inputs = {name: batch[name] for name in modalities}
    if attention is not None:
        shares = attention_rollout(model, inputs)
        tokenizer = preprocessor.tokenizer
        draw_attention(shares, batch, tokenizer.id_to_token).savefig(attention)
    if kept is not None:
        draw_kept_tokens(kept_tokens(model, inputs), batch).savefig(kept)
    return rows


def _title(row):
    (begin, end), *_ = row["window"]
    caption = f" \u00b7 \u201c{row['captions'][0]}\u201d" if row["captions"] else ""
    return f"{row['id']} \u00b7 {begin:.2f}-{end:.2f} s{caption}"
