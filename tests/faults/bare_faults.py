"""What is done to TorchServe by itself, and what is seen of it then. The last leaves it dead."""

import shutil
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.faults.archives import HANDLER
from tests.faults.bare_server import Bare

HEAD_START_SECONDS = 0.5
LARGE = 7 * 2**20
"""More than TorchServe takes or gives by default, 6,553,500 bytes."""
NUM_GROWTHS = 5
HALF_A_HEAD = b"POST /predictions/faulty HTTP/1.1\r\nHost: x\r\n"
SLOW_SECONDS = 15.0
SECRET = "the text of a caller"


def killed_worker(bare: Bare) -> str:
    """Four calls whose worker is killed from outside."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(bare.ask_together, *["sleep 1"] * 4)
        time.sleep(2 * HEAD_START_SECONDS)
        bare.worker_process().kill()
        return asked.result()


def ping_without_a_worker(bare: Bare) -> str:
    """What is said of health when the only worker is dead."""
    bare.worker_process().kill()
    time.sleep(HEAD_START_SECONDS)
    return f"/ping: {bare.ping()}"


def stopped_worker(bare: Bare) -> str:
    """A call whose worker is stopped."""
    process = bare.worker_process()
    process.suspend()
    answer = bare.ask("fine", timeout_seconds=10.0)
    said = f"{answer}; its state is {bare.worker()['status']}"
    process.kill()
    return said


def left_in_the_queue(bare: Bare) -> str:
    """A caller hangs up before its item, which kills the worker, is begun."""
    before = bare.worker()["pid"]
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(bare.ask, "sleep 2")
        time.sleep(HEAD_START_SECONDS)
        bare.ask("die", timeout_seconds=0.5)
        first = ahead.result()
    time.sleep(2.0)
    ran = bare.worker()["status"] != "READY" or bare.worker()["pid"] != before
    return f"{first}; then its item {'ran' if ran else 'did not run'}"


def half_a_request(bare: Bare) -> str:
    """A connection on which half a head comes, and no more."""
    with socket.create_connection(("127.0.0.1", bare.port), timeout=SLOW_SECONDS) as peer:
        peer.sendall(HALF_A_HEAD)
        try:
            return f"closed, with {peer.recv(100)!r}"
        except TimeoutError:
            return f"still open after {SLOW_SECONDS:g} s"


def large_answer(bare: Bare) -> str:
    """An answer beyond the limit, then a fine item."""
    answer = bare.ask(f"long {LARGE}")
    return f"{answer}; a fine item then: {bare.ask('fine')}"


def grown_worker(bare: Bare) -> str:
    """A worker that takes half a gibibyte more with every item."""
    before = bare.worker_process()
    for _ in range(NUM_GROWTHS):
        bare.ask("grow")
    time.sleep(HEAD_START_SECONDS)
    after = bare.worker_process()
    said = f"{after.memory_info().rss / 2**30:.1f} GiB, by "
    said += "the same worker" if after.pid == before.pid else "another worker"
    after.kill()
    return said


def changed_archive(bare: Bare) -> str:
    """An archive whose handler was changed after it was built."""
    with zipfile.ZipFile(bare.store / "faulty.mar") as original:
        inside = {name: original.read(name) for name in original.namelist()}
    inside[HANDLER.name] += b"\nprint('changed')\n"
    with zipfile.ZipFile(bare.store / "changed.mar", "w") as changed:
        for name, content in inside.items():
            changed.writestr(name, content)
    return bare.register("changed.mar", "changed")


def fetched_archive(bare: Bare) -> str:
    """An archive that is somewhere else."""
    elsewhere = bare.folder / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(bare.store / "faulty.mar", elsewhere / "fetched.mar")
    with file_server(elsewhere) as address:
        return bare.register(f"{address}/fetched.mar", "fetched")


@contextmanager
def file_server(folder: Path) -> Iterator[str]:
    """The address of a web server of these files, until the end of the block."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever)
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def logged_text(bare: Bare) -> str:
    """An item that raises, and what is left of its text."""
    answer = bare.ask(f"raise {SECRET}")
    time.sleep(HEAD_START_SECONDS)
    logged = "is" if SECRET in bare.log() else "is not"
    return f"{answer}; its text {logged} in the log"


def stopped_launcher(bare: Bare) -> str:
    """SIGTERM to the process that was started, with a call in flight."""
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(bare.ask, "sleep 2")
        time.sleep(HEAD_START_SECONDS)
        bare.launcher.terminate()
        code = bare.launcher.wait(60)
        in_flight = call.result()
    orphan = "lives" if bare.java().is_running() else "is gone"
    answer = bare.ask("fine")
    return f"exit code {code}; the call: {in_flight}; java {orphan}, a new call: {answer}"


def killed_java(bare: Bare) -> str:
    """The server's own process is killed."""
    bare.java().kill()
    time.sleep(10.0)
    return f"10 s later: {bare.ask('fine')}"


FAULTS: dict[str, Callable[[Bare], str]] = {
    "1, 2 an item raises, three fine ones beside it": lambda b: b.ask_together(
        "raise", *["fine"] * 3
    ),
    "2 an item exhausts memory": lambda b: b.ask_together("memory", *["fine"] * 3),
    "2 an item kills its worker": lambda b: b.ask_together("die", *["fine"] * 3),
    "3 twelve calls, room for four": lambda b: b.ask_together(*["sleep 0.5"] * 12),
    "4 a model there is not": lambda b: b.ask("fine", model="nope"),
    "4 a version there is not": lambda b: b.ask("fine", model="faulty/9.9"),
    "4 an empty request": lambda b: b.ask(""),
    "5 the only worker is killed": ping_without_a_worker,
    "6 a caller waits for 0.5 s, the item takes 2": lambda b: b.ask("sleep 2", timeout_seconds=0.5),
    "7 a worker is stopped": stopped_worker,
    "8 a worker is killed with four calls in hand": killed_worker,
    "11 a caller leaves the queue": left_in_the_queue,
    "11 half a head, and no more": half_a_request,
    "12 a request of 7 MiB": lambda b: b.ask("x" * LARGE),
    "12 an answer of 7 MiB": large_answer,
    "13 a worker grows by 2.5 GiB": grown_worker,
    "14 an archive was changed": changed_archive,
    "14 an archive elsewhere": fetched_archive,
    "15 an item raises with its text": logged_text,
    "10 SIGTERM to the launcher, a call in flight": stopped_launcher,
    "9 the model server is killed": killed_java,
}
"""By the promise of docs/reliability.md that each is about."""
