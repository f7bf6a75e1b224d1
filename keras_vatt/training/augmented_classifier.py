"""A classifier whose training batches are varied on the device."""

import keras

from keras_vatt import distribution
from keras_vatt.preprocessing import AudioNoise, LabelSmoothing, Mixup, ScalePixels


@keras.saving.register_keras_serializable(package="keras_vatt")
class AugmentedClassifier(keras.Model):
    """Trains a classifier on batches that layers vary: noise, soft labels, mixup.

    Mixup blends clips and labels alike, so labels come in with the clips and the
    blended ones go out with the logits, where the loss finds them. Outside training
    nothing is varied. The weights are the classifier's: train this, save that.

    Args:
        classifier: a compiled classifier; its loss is the one trained on, and smooths
            labels itself if it is told so.
        label_smoothing: float in [0, 1). The share of a label for all classes.
        mixup_alpha: float or None. Of the Beta distribution of mixup; None: no mixup.
        audio_noise: float. Deviation as a share of a clip's loudest sample.
        seed: optional int, of the draws.
        **kwargs: as in `keras.Model`.

    Call arguments:
        inputs: dict of "clip", what the classifier takes, and "label", float
            `(batch, classes)`.

    Returns:
        Dict of "logits" and "label", each `(batch, classes)`.

    `fit` takes batches `(inputs, label)`; metrics compare with that label.

    Example:

    ```python
    model = keras_vatt.training.AugmentedClassifier(classifier, mixup_alpha=5.0)
    model.compile(keras_vatt.training.finetuning_optimizer(steps=2_000))
    model.fit(train.map(lambda clip, label: ({"clip": clip, "label": label}, label)))
    classifier.save_to_preset("mine")
    ```

    Reference: design, section 3 ("Released recipes").
    """

    def __init__(
        self,
        classifier,
        label_smoothing=0.0,
        mixup_alpha=None,
        audio_noise=0.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.classifier = classifier
        self.label_smoothing = label_smoothing
        self.mixup_alpha = mixup_alpha
        self.audio_noise = audio_noise
        self.seed = seed
        self.scale_pixels = ScalePixels()
        self.noise = AudioNoise(audio_noise, seed) if audio_noise else None
        self.smoothing = LabelSmoothing(label_smoothing)
        self.mixup = Mixup(mixup_alpha, seed) if mixup_alpha else None
        self.built = True  # all variables exist

    def make_train_function(self, force=False):
        """As Keras', once the optimizer is built."""
        distribution.build_optimizer(self)
        return super().make_train_function(force)

    def call(self, inputs, training=None):
        clip, label = self.scale_pixels(inputs["clip"]), inputs["label"]
        if self.noise:
            clip = self.noise(clip, training=training)
        label = self.smoothing(label, training=training)
        if self.mixup:
            clip, label = self.mixup((clip, label), training=training)
        return {"logits": self.classifier(clip, training=training), "label": label}

    def compute_loss(
        self, x=None, y=None, y_pred=None, sample_weight=None, training=True
    ):
        """The classifier's loss, of the labels as they were blended."""
        return self.classifier.compute_loss(
            x, y_pred["label"], y_pred["logits"], sample_weight, training=training
        )

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        return super().compute_metrics(x, y, y_pred["logits"], sample_weight)

    def get_config(self):
        config = super().get_config()
        config.update(
            {
                "classifier": keras.saving.serialize_keras_object(self.classifier),
                "label_smoothing": self.label_smoothing,
                "mixup_alpha": self.mixup_alpha,
                "audio_noise": self.audio_noise,
                "seed": self.seed,
            }
        )
        return config

    @classmethod
    def from_config(cls, config):
        config["classifier"] = keras.saving.deserialize_keras_object(
            config["classifier"]
        )
        return cls(**config)
