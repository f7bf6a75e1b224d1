"""Pooled features and embeddings from one pass through the towers."""

import keras


class Embedder(keras.Model):
    """Everything a pretrained model says of a batch, in one pass.

    Args:
        pretrainer: `VATTPretrainer`.

    Call arguments:
        inputs: dict with any of "video", "audio" and "text", as the towers take them;
            text `(B, W)`.

    Returns:
        A dict: the pooled features under the modality's name, `(B, d)`, and the
        embeddings that the inputs allow, such as "video_to_text" `(B, D)`.

    Example:

    ```python
    Embedder(pretrainer).predict_on_batch({"video": frames})["video_to_text"]
    ```
    """

    def __init__(self, pretrainer):
        super().__init__(dtype=pretrainer.dtype_policy, name="embed")
        self.pretrainer = pretrainer
        self.jit_compile = pretrainer.jit_compile  # XLA only where it pays

    def call(self, inputs):
        pooled = {
            name: self.pretrainer.encode(name, x, training=False)
            for name, x in inputs.items()
        }
        return {**pooled, **self.pretrainer.head(pooled, training=False)}
