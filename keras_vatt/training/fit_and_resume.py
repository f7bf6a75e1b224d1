"""`fit` that goes on where a killed run was."""

from keras_vatt.training.stop_signal import stop_signal


def fit_and_resume(
    model,
    dataset_at,
    epochs,
    steps_per_epoch,
    resume,
    validation_data=None,
    callbacks=(),
    restart=False,
    verbose="auto",
):
    """Trains by `fit`, from the last state saved to the end, and saves that too.

    Called again with the same arguments after any end of the process, SIGKILL
    included, it goes on to the same losses and weights, bit for bit where the backend
    itself repeats. A run that is finished is restored and left as it is. SIGTERM saves
    and ends the process within half a minute.

    A run that goes on within an epoch calls `fit` twice, for the rest of that epoch
    and for the others. Other callbacks see both, and their own state is not saved.

    Args:
        model: a compiled Keras model, made from the same seed every time.
        dataset_at: function from batches drawn so far to an endless dataset that
            begins there, as `keras_vatt.data.load(..., repeat=True, start_batch=n)`.
        epochs: int.
        steps_per_epoch: int.
        resume: `Resume`.
        validation_data: as in `fit`.
        callbacks: sequence of further Keras callbacks.
        restart: bool. Remove the states there and start over.
        verbose: as in `fit`.

    Returns:
        A dict of lists, a value an epoch, those before the interruption included.

    Raises:
        ValueError: if the states there are of other settings or another model.
        OSError: if none of them is whole, or another process trains there.
        FloatingPointError: if logs or weights are no longer finite. The last good
            state stays.

    Example:

    ```python
    log = TrainingLog("run")
    resume = Resume("run/state", {"seed": 0}, log, save_every=100)
    history = fit_and_resume(
        model, lambda n: load(records, start_batch=n, repeat=True), 10, 500, resume
    )
    ```
    """
    log = resume.log
    resume.set_model(model)
    common = {
        "shuffle": False,  # the dataset does
        "validation_data": validation_data,
        "verbose": verbose,
        # The log first: a state holds what was logged until then.
        "callbacks": [*callbacks, log, resume],
    }

    def fit(begin, end, steps):
        model.fit(
            dataset_at(resume.step),
            initial_epoch=begin,
            epochs=end,
            steps_per_epoch=steps,
            **common,
        )
        return not model.stop_training

    with resume.only_one():
        resume.find(restart)
        with stop_signal() as resume.asked:
            try:
                epoch, more = resume.epoch, True
                if resume.done == steps_per_epoch:  # stopped before its validation
                    _end_epoch(model, resume, validation_data)
                    epoch += 1
                elif resume.done:
                    if resume.lacks_metrics():
                        # TF makes the variables of compiled metrics at a first batch.
                        batch = dataset_at(resume.step).take(1)
                        model.evaluate(batch, verbose=0)
                    more = fit(epoch, epoch + 1, steps_per_epoch - resume.done)
                    epoch += 1
                if more and epoch < epochs:
                    fit(epoch, epochs, steps_per_epoch)
                if resume.changed:
                    resume.save()
                else:  # finished before
                    resume.restore()
            finally:
                log.close()
    return log.history


def _end_epoch(model, resume, validation_data):
    """Validates and logs an epoch all of whose batches were trained on."""
    resume.on_train_begin()
    logs = dict(resume.logs)
    if validation_data is not None:
        scores = model.evaluate(validation_data, return_dict=True, verbose=0)
        logs.update({f"val_{name}": value for name, value in scores.items()})
    epoch = resume.epoch
    resume.log.on_epoch_end(epoch, logs)
    resume.on_epoch_end(epoch, logs)
