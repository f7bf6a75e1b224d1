"""Decoding in a process of its own, which may crash or hang without harm."""

import multiprocessing
import resource


def decode_in_child(name, folder, seconds=60):
    """Returns how one file ended: its reason to be skipped, or what was decoded.

    Args:
        name: string. The file.
        folder: string. The data root.
        seconds: float. After so long the child is killed.

    Returns:
        dict with "reason" (string or None), "frames" (list of shapes), "times",
        "samples", and "megabytes" that decoding added; or with "crash" alone.
    """
    context = multiprocessing.get_context("forkserver")
    # Imported once: the children are forked from there.
    context.set_forkserver_preload(["keras_vatt.data.encode_clip", "av"])
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=_decode, args=(name, folder, sender))
    child.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            return {"crash": f"{name!r} still ran after {seconds} s"}
        return receiver.recv()
    except EOFError:
        child.join(5)
        return {"crash": f"{name!r} ended its process with {child.exitcode}"}
    finally:
        child.kill()
        child.join()


def _decode(name, folder, sender):
    from keras_vatt.data.decode import decode_clip
    from keras_vatt.data.media import MediaError, open_media

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = {"reason": None, "frames": [], "times": [], "samples": 0}
    try:
        with open_media(name, folder) as container:
            images, times, sound, _ = decode_clip(container, name=repr(name))
        outcome |= {"frames": [image.shape for image in images]}
        outcome |= {"times": list(times), "samples": len(sound)}
    except MediaError as error:
        outcome["reason"] = str(error)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sender.send(outcome | {"megabytes": (after - before) / 1024})
