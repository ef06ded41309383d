"""A process that is kept running."""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from salience.logs import as_json_line
from salience.supervisor.processes import die_with_parent, kill_group

logger = logging.getLogger(__name__)

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0
_LONGEST_LINE_BYTES = 2**20


@dataclass(frozen=True)
class Command:
    """What to run, and where.

    Lines of its output that begin with one of `chatter` are not passed on.
    """

    words: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    chatter: tuple[bytes, ...] = ()
    json_lines: bool = False
    """Pass lines on as JSON, those that are not yet included."""
    prepare: Callable[[], None] = lambda: None
    """Called before every start."""


@dataclass
class Child:
    """Starts a command in a session of its own, and again whenever it ends.

    A session of its own keeps Ctrl-C in the terminal from reaching it: the supervisor
    decides who stops when. Whatever the command started dies with it.
    """

    name: str
    command: Command
    process: asyncio.subprocess.Process | None = None
    on_restart: Callable[[], None] = lambda: None
    """Called when it has ended and will be started again."""
    _stopping: bool = field(default=False)

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self.process.pid if self.process else None

    async def keep_running(self) -> None:
        """Start it, and restart it after a growing pause, until `stop` is called."""
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping:
            started = time.monotonic()
            code = await self._run()
            if self._stopping:
                return
            if time.monotonic() - started > 2 * _LONGEST_PAUSE_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            logger.warning("%s ended with %s: restarting it in %.1f s", self.name, code, pause)
            self.on_restart()
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def stop(self, *, within_seconds: float) -> None:
        """Ask it to end, wait, and kill whatever is left."""
        self._stopping = True
        process = self.process
        if process is None:
            return
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), within_seconds)
        except TimeoutError:
            logger.warning("%s did not stop within %.0f s: killing it", self.name, within_seconds)
        await kill_group(process.pid)

    async def kill(self) -> None:
        """End it at once, with everything it started."""
        self._stopping = True
        if self.process:
            await kill_group(self.process.pid)
            await self.process.wait()

    def interrupt(self) -> None:
        """Kill the process itself now; whoever waits for it cleans up."""
        if self.process and self.process.returncode is None:
            self.process.kill()

    def replace(self, reason: str) -> None:
        """Have it restarted, unless it has ended or is being stopped."""
        if self.process and self.process.returncode is None and not self._stopping:
            logger.warning("%s %s: killing it", self.name, reason)
            self.interrupt()

    async def _run(self) -> int:
        self.command.prepare()
        output, write_end = await _open_pipe()
        self.process = await asyncio.create_subprocess_exec(
            *self.command.words,
            env=self.command.environment,
            cwd=self.command.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=write_end,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,
        )
        os.close(write_end)
        passing_on = asyncio.create_task(self._pass_on(output))
        code = await self.process.wait()
        await kill_group(self.process.pid)
        await passing_on
        return code

    async def _pass_on(self, output: asyncio.StreamReader) -> None:
        """Copy lines to standard error, until nobody can write any more."""
        while line := await _next_line(output):
            if not line.startswith(self.command.chatter):
                if self.command.json_lines:
                    line = as_json_line(line, logger=self.name)
                with suppress(OSError):  # nobody reads our output; the child must not notice
                    sys.stderr.buffer.write(line)
                    sys.stderr.buffer.flush()


async def _open_pipe() -> tuple[asyncio.StreamReader, int]:
    """A pipe of our own: asyncio's keep `wait` waiting while a grandchild holds them."""
    read_end, write_end = os.pipe()
    reader = asyncio.StreamReader(limit=_LONGEST_LINE_BYTES)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(read_end, "rb"))
    return reader, write_end


async def _next_line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:
        return b"(a line too long to show)\n"
