"""A local page."""


def serve():
    raise NotImplementedError
