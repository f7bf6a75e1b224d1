"""The released fine-tuning's optimizer."""

import keras
from keras import ops

from keras_vatt import distribution


@keras.saving.register_keras_serializable(package="keras_vatt")
class BackboneClippedSGD(keras.optimizers.SGD):
    """SGD with momentum that clips the gradients of all but the head, together.

    The gradients outside the head are scaled to a global norm of at most
    `backbone_clipnorm`; the head's are left alone. On several replicas it is the norm
    of the whole batch's gradients.

    Args:
        learning_rate: float or schedule.
        momentum: float.
        backbone_clipnorm: float above 0.
        head: strings, the names of the head's layers.
        name: string.
        **kwargs: as in `keras.optimizers.SGD`.

    Raises:
        ValueError: if `backbone_clipnorm` is not positive, another clipping or
            gradient accumulation is asked for, or no variable is of the head.

    Example:

    ```python
    classifier.compile(
        keras_vatt.training.BackboneClippedSGD(0.005),
        keras_vatt.losses.SmoothedCrossentropy(),
    )
    ```

    Reference: design, section 3 ("Released recipes").
    """

    def __init__(
        self,
        learning_rate=0.005,
        momentum=0.9,
        backbone_clipnorm=0.75,
        head=("classifier_dense",),
        name="backbone_clipped_sgd",
        **kwargs,
    ):
        if not backbone_clipnorm > 0:
            raise ValueError(
                "`backbone_clipnorm` must be positive. Received: "
                f"backbone_clipnorm={backbone_clipnorm!r}."
            )
        for other in ("clipnorm", "global_clipnorm", "clipvalue"):
            if kwargs.get(other) is not None:
                raise ValueError(
                    f"This optimizer clips the backbone already. Received: {other}="
                    f"{kwargs[other]!r}. Leave it out, or use `keras.optimizers.SGD`."
                )
        if kwargs.get("gradient_accumulation_steps") is not None:
            raise ValueError(
                "Gradients are clipped a step, not a sum of steps. Received: "
                "gradient_accumulation_steps="
                f"{kwargs['gradient_accumulation_steps']!r}. Leave it out."
            )
        super().__init__(learning_rate, momentum, name=name, **kwargs)
        self.backbone_clipnorm = backbone_clipnorm
        self.head = tuple(head)
        self._clipped = []  # whether each variable, as built, is clipped

    def build(self, variables):
        """Makes the momenta."""
        variables = list(variables)
        self._clipped = [self._is_clipped(variable) for variable in variables]
        if self.head and all(self._clipped):
            raise ValueError(
                f"No variable is of a layer named {' or '.join(map(repr, self.head))}: "
                "the head's gradients would be clipped with the backbone's. Received: "
                f"{sorted({v.path.split('/')[0] for v in variables})}. Name the head's "
                "layers by `head=`, or pass `head=()` if there is none."
            )
        super().build(variables)

    def apply(self, grads, trainable_variables=None):
        """Clips, then applies; see `keras.optimizers.Optimizer.apply`."""
        grads, clipped = list(grads), self._clipped
        if trainable_variables is not None:
            trainable_variables = list(trainable_variables)
            clipped = [self._is_clipped(variable) for variable in trainable_variables]
        chosen = [
            place
            for place, (grad, is_clipped) in enumerate(zip(grads, clipped))
            if is_clipped and grad is not None
        ]
        scaled = self._clip([grads[place] for place in chosen])
        for place, grad in zip(chosen, scaled):
            grads[place] = grad
        super().apply(grads, trainable_variables)

    def get_config(self):
        config = super().get_config()
        config.update({"backbone_clipnorm": self.backbone_clipnorm, "head": self.head})
        return config

    def _is_clipped(self, variable):
        return not set(variable.path.split("/")) & set(self.head)

    def _clip(self, grads):
        if not grads:  # all but the head is frozen
            return grads
        grads = distribution.sum_gradients(grads)
        squares = [ops.sum(ops.square(ops.cast(grad, "float32"))) for grad in grads]
        norm = ops.sqrt(sum(squares))
        largest = self.backbone_clipnorm * (self.loss_scale_factor or 1.0)
        # What sums the replicas' gradients already is summed once more by TF.
        scale = largest / ops.maximum(norm, largest) / distribution.loss_shares()
        return [grad * ops.cast(scale, grad.dtype) for grad in grads]
