"""gRPC that waits in greenlets, as Locust's users do."""

import gevent
from grpc.experimental.gevent import init_gevent

_THREADS = 1000


def wait_in_greenlets() -> None:
    """Before the first call, else one would block the greenlets of all users.

    Every call that waits takes a thread, and so does the name of every new HTTP connection,
    which with gevent's ten would wait for calls to end.
    """
    init_gevent()
    gevent.get_hub().threadpool.maxsize = _THREADS
