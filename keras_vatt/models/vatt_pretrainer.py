"""Contrastive pretraining of three modalities, and zero-shot embeddings."""

import keras
from keras import ops

from keras_vatt import distribution
from keras_vatt.layers import FineAndCoarseHead, JointHead
from keras_vatt.losses import AsymmetricNCE, ContrastiveLoss
from keras_vatt.models.stop_on_non_finite import StopOnNonFinite
from keras_vatt.models.task import VATTTask

# Which embeddings are compared: metric, query, the candidates, the mask of the query.
RETRIEVALS = (
    ("text_to_video_accuracy", "text_to_video", "video_to_text", "text_mask"),
    ("audio_to_video_accuracy", "audio_to_video", "video_to_audio", "audio_mask"),
)
LOSS_TERMS = ("video_text_loss", "video_audio_loss", "audio_text_loss")


@keras.saving.register_keras_serializable(package="keras_vatt")
class VATTPretrainer(VATTTask):
    """VATT with its projection heads: pretraining through `fit`, embeddings by call.

    Args:
        backbone: a `VATTBackbone` or a `VATTAgnosticBackbone`.
        head: `"fac"`, the released fine-and-coarse head, or `"joint"`, one space.
        fine_dim: int. Width of the video-audio space (of the joint space, if `head`
            is `"joint"`).
        coarse_dim: int. Width of the video-text space; unused by the joint head.
        preprocessor: optional `VATTPreprocessor`, applied by `fit`, `evaluate` and
            `predict` to raw frames, waveforms and strings.
        encode_batch_size: optional int. In training, clips that a device encodes at a
            time (GradCache): the memory is that of so many, the loss and its gradients
            are those of the whole batch, and a step takes a third longer. The batch of
            a device must be a multiple of it.

    Call arguments:
        inputs: dict with any of `video`, `(batch, *video_shape)`, float in [-1, 1] or
            uint8; `audio`, `(batch, *audio_shape)`; `text`, int `(batch, words)` or,
            with C candidates a clip, `(batch, C, words)`.

    Returns:
        Dict with the embeddings that the inputs allow: `video_to_audio` and
        `video_to_text` (video), `audio_to_video` (audio), `text_to_video` (text,
        `(batch, D)` or `(batch, C, D)`). Embeddings are not normalised.

    `fit` takes batches `(inputs, masks)` with the optional masks `audio_mask` and
    `text_mask`, `(batch,)`, 0 where a clip has no sound, no text. It logs `loss`, each
    named loss term, and retrieval accuracy within the batch (a tie is a miss).

    Example:

    ```python
    pretrainer = keras_vatt.presets.load("vatt_tiny")
    inputs = {
        "video": np.zeros((4, 8, 64, 64, 3), "uint8"),
        "audio": np.zeros((4, 38_400, 1), "float32"),
        "text": np.ones((4, 5, 16), "int32"),
    }
    masks = {"audio_mask": np.ones(4), "text_mask": np.array([1, 1, 0, 1])}
    pretrainer.fit(tf.data.Dataset.from_tensors((inputs, masks)))
    ```

    Reference: paper sections 3.3 and 4.1.
    """

    def __init__(
        self,
        backbone,
        head="fac",
        fine_dim=512,
        coarse_dim=256,
        preprocessor=None,
        encode_batch_size=None,
        compile=True,
        **kwargs,
    ):
        if head not in ("fac", "joint"):
            raise ValueError(
                f'`head` must be "fac" or "joint". Received: head={head!r}.'
            )
        if encode_batch_size is not None and encode_batch_size < 1:
            raise ValueError(
                "`encode_batch_size` must be None or at least 1. Received: "
                f"encode_batch_size={encode_batch_size!r}."
            )
        super().__init__(backbone=backbone, preprocessor=preprocessor, **kwargs)
        # All weights are of parts, which cast them. Here they are what they are.
        self.autocast = False
        self.encode_batch_size = encode_batch_size
        self.head_name = head
        self.fine_dim = fine_dim
        self.coarse_dim = coarse_dim
        backbone.towers  # noqa: B018  made here, where variables are what they are
        dtype = backbone.dtype_policy
        self.head = (
            FineAndCoarseHead(fine_dim, coarse_dim, dtype=dtype, name="head")
            if head == "fac"
            else JointHead(fine_dim, dtype=dtype, name="head")
        )
        self.head.build({m: (None, dim) for m, dim in backbone.output_dims.items()})
        self.trackers = {
            name: keras.metrics.Mean(name=name)
            for name in (*LOSS_TERMS, *(row[0] for row in RETRIEVALS))
        }
        self.contrastive_loss = AsymmetricNCE()
        self.built = True  # all variables exist
        if compile:
            self.compile()

    def compile(self, optimizer="auto", loss=None, **kwargs):
        """Configures training.

        Args:
            optimizer: as in `keras.Model.compile`. `"auto"` is the released recipe's
                Adam with a learning rate of 1e-4.
            loss: a `keras_vatt.losses.ContrastiveLoss`, by default `AsymmetricNCE()`.
            **kwargs: as in `keras.Model.compile`.

        Raises:
            ValueError: if `loss` is of another kind.
        """
        loss = AsymmetricNCE() if loss is None else loss
        if not isinstance(loss, ContrastiveLoss):
            raise ValueError(
                "`loss` must be a keras_vatt.losses.ContrastiveLoss such as "
                f"AsymmetricNCE(). Received: {loss!r}."
            )
        if optimizer == "auto":
            optimizer = keras.optimizers.Adam(1e-4)
        self.contrastive_loss = loss
        super().compile(optimizer=optimizer, **kwargs)

    def call(self, inputs, training=None):
        def encode(inputs):
            return {m: self.encode(m, x, training=training) for m, x in inputs.items()}

        if self.encode_batch_size and training:
            features = distribution.encode_in_chunks(
                encode, self.backbone, inputs, self.encode_batch_size
            )
        else:
            features = encode(inputs)
        features = distribution.gather(features)
        embeddings = self.head(features, training=training)
        if "text" in inputs and len(inputs["text"].shape) == 3:
            candidates = inputs["text"].shape[1]
            for name in list(embeddings):
                if name.startswith("text_to"):
                    x = embeddings[name]
                    shape = (-1, candidates, x.shape[-1])
                    embeddings[name] = ops.reshape(x, shape)
        return embeddings

    def encode(self, modality, x, training=None):
        """Pooled features `(batch, d)` of one modality; C texts a clip come flat."""
        if modality == "text":
            x = ops.reshape(x, (-1, x.shape[-1]))
        return self.backbone.towers[modality](x, training=training)["pooled_output"]

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """The contrastive loss of the global batch; `y` are the masks."""
        masks = distribution.gather(y) if y is not None else {}
        losses = self.contrastive_loss(y_pred, masks)
        for name, value in losses.items():
            if name != "loss":
                self.trackers[name].update_state(value)
        for name, query, candidates, mask in RETRIEVALS:
            if query in y_pred and candidates in y_pred:
                hits, valid = retrieval_hits(
                    y_pred[query], y_pred[candidates], masks.get(mask)
                )
                self.trackers[name].update_state(hits, sample_weight=valid)
        # Every replica computes the loss of the whole batch; their gradients are summed
        # by TF's optimizers, so each contributes its share.
        return losses["loss"] / distribution.loss_shares()

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return self.get_metrics_result()

    def get_metrics_result(self):
        """The means so far, without the terms whose weight is 0."""
        logs = super().get_metrics_result()
        for name in LOSS_TERMS:
            if not getattr(self.contrastive_loss, name.replace("_loss", "_weight")):
                logs.pop(name, None)
        return logs

    def fit(
        self, x=None, y=None, *args, callbacks=None, validation_data=None, **kwargs
    ):
        """As `keras.Model.fit`; stops with an error at a loss that is not finite.

        After `keras_vatt.distribution.setup`, datasets hold this process' share of
        every batch.
        """
        kwargs["callbacks"] = [*(callbacks or []), StopOnNonFinite()]
        distribution.prepare(self)
        if not distribution.cuts_datasets():
            return super().fit(x, y, *args, validation_data=validation_data, **kwargs)
        if kwargs.get("steps_per_epoch") is None:
            kwargs["steps_per_epoch"] = distribution.steps_of(x)
            x = x.repeat()
        if validation_data is not None:
            if kwargs.get("validation_steps") is None:
                kwargs["validation_steps"] = distribution.steps_of(validation_data)
            kwargs["validation_data"] = self._per_replica(validation_data)
        # KerasHub would take what is cut for the replicas for arrays.
        with distribution.scope():
            return keras.Model.fit(self, self._per_replica(x), y, *args, **kwargs)

    def evaluate(self, x=None, y=None, **kwargs):
        """As `keras.Model.evaluate`."""
        of_fit = kwargs.get("_use_cached_eval_dataset", False)
        if of_fit or not distribution.cuts_datasets():
            return super().evaluate(x, y, **kwargs)
        if kwargs.get("steps") is None:
            kwargs["steps"] = distribution.steps_of(x)
        with distribution.scope():
            return keras.Model.evaluate(self, self._per_replica(x), y, **kwargs)

    def train_step(self, *args):
        """Keras' own, unless several replicas share the batch."""
        return distribution.step(self, super().train_step, *args)

    def train_on_batch(self, x, y=None, **kwargs):
        """As `keras.Model.train_on_batch`, where KerasHub takes `y` for one tensor."""
        x, y = self._batch(x, y)
        return keras.Model.train_on_batch(self, x, y, **kwargs)

    def test_on_batch(self, x, y=None, **kwargs):
        """As `keras.Model.test_on_batch`, where KerasHub takes `y` for one tensor."""
        x, y = self._batch(x, y)
        return keras.Model.test_on_batch(self, x, y, **kwargs)

    def test_step(self, *args):
        """Keras' own."""
        return distribution.reducible(super().test_step(*args))

    def _per_replica(self, dataset):
        return distribution.per_replica(dataset.map(self.preprocess_samples))

    def _maybe_symbolic_build(self, iterator=None, data_batch=None):
        """Nothing: the model is built, and `make_train_function` sees to the rest.

        Keras' TF trainer would try out a batch here, and cannot where that is a dict
        over several workers (Keras 3.15).
        """

    def _batch(self, x, y):
        data = self.preprocess_samples(x, y)
        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)
        return keras.tree.map_structure(ops.convert_to_tensor, (x, y))

    def get_compile_config(self):
        return {
            **super().get_compile_config(),
            "loss": keras.saving.serialize_keras_object(self.contrastive_loss),
        }

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "head": self.head_name,
                "fine_dim": self.fine_dim,
                "coarse_dim": self.coarse_dim,
                "encode_batch_size": self.encode_batch_size,
            }
        )
        return config


def retrieval_hits(query, candidates, mask):
    """Which queries find their own clip first in the batch, `(batch,)` and weights.

    Of several candidates a clip the best counts. A tie is a miss.
    """
    query = ops.normalize(ops.cast(query, "float32"), axis=-1)
    candidates = ops.normalize(ops.cast(candidates, "float32"), axis=-1)
    if len(query.shape) == 2:
        query = ops.expand_dims(query, 1)
    scores = ops.max(ops.matmul(query, ops.transpose(candidates)), axis=1)  # (b, b)
    own = ops.diagonal(scores)
    better = ops.sum(ops.cast(scores >= own[:, None], "int32"), axis=1)
    hits = ops.cast(better <= 1, "float32")  # its own score is one of them
    valid = ops.ones_like(hits) if mask is None else ops.cast(mask, "float32")
    return hits, valid
