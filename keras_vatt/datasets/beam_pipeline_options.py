"""Options for Apache Beam."""


def beam_pipeline_options(runner, options=(), workers=2):
    """Returns the options of a Beam pipeline.

    Args:
        runner: string. "DirectRunner" (processes of this machine), or a cluster's:
            "DataflowRunner", "FlinkRunner", "SparkRunner".
        options: list of strings "name=value", passed to the runner as they are.
        workers: int. Processes of the DirectRunner.

    Returns:
        `apache_beam.options.pipeline_options.PipelineOptions`.

    Raises:
        ModuleNotFoundError: if Apache Beam is not installed.
        ValueError: if an option has no name.

    Example:
    ```python
    beam_pipeline_options(
        "DataflowRunner", ["project=mine", "region=europe-west4", "temp_location=gs://b"]
    )
    ```

    Source: Beam, `PipelineOptions`; each runner's page lists its options.
    """
    try:
        from apache_beam.options.pipeline_options import PipelineOptions
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"runner={runner!r} needs Apache Beam, which is not installed "
            f"({error}). Install it by `pip install 'keras-vatt[beam]'`, or leave the "
            "runner out to use threads."
        ) from None
    flags = [f"--runner={runner}"]
    if runner == "DirectRunner":
        flags += ["--direct_running_mode=multi_processing"]
        flags += [f"--direct_num_workers={workers}"]
    for option in options:
        name, _, value = option.lstrip("-").partition("=")
        if not name:
            raise ValueError(
                f"A Beam option is {option!r}. Expected 'name=value', as "
                "'region=europe-west4'."
            )
        # The last of a name wins: one's own options stand behind.
        flags.append(f"--{name}={value}" if value else f"--{name}")
    return PipelineOptions(flags)
