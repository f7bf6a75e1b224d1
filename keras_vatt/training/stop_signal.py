"""SIGTERM: a last state is saved, and the process is gone in half a minute."""

import contextlib
import os
import signal
import socket
import sys
import threading

EXIT_CODE = 128 + signal.SIGTERM


class Terminated(SystemExit):
    """Ends the process as SIGTERM would, after a last state was saved."""

    def __init__(self, message):
        super().__init__(EXIT_CODE)
        self.message = message

    def __str__(self):
        return self.message


@contextlib.contextmanager
def stop_signal(seconds=25.0):
    """Turns SIGTERM into an event, for as long as the context lasts.

    Python runs a signal's handler only between two of its own instructions, and a
    training step or a compilation can be minutes of one: so a thread watches as well,
    and ends the process where it has not ended by itself.

    Args:
        seconds: float. How long after the signal the thread ends the process.

    Yields:
        `threading.Event`, set once SIGTERM came. Outside the main thread, which alone
        may handle signals, it is never set.

    Example:

    ```python
    with stop_signal() as asked:
        while not asked.is_set():
            train_a_step()
        save()
    ```
    """
    asked, left = threading.Event(), threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    inner, outer = socket.socketpair()
    outer.setblocking(False)
    # What Python writes to is written at once, by the system's own handler.
    before_fd = signal.set_wakeup_fd(outer.fileno(), warn_on_full_buffer=False)
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())

    def watch():
        for number in iter(lambda: inner.recv(1), b""):
            if number[0] == signal.SIGTERM:
                asked.set()
                if not left.wait(seconds):
                    message = f"SIGTERM: no step ended in {seconds:.0f} s; not saved.\n"
                    os.write(sys.__stderr__.fileno(), message.encode())
                    os._exit(EXIT_CODE)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield asked
    finally:
        left.set()
        signal.signal(signal.SIGTERM, before)
        signal.set_wakeup_fd(before_fd)
        outer.close()
