"""An answer's framing, capped: what a server sends beside the body that anybody reads.

The client counts bodies and fields, but nobody counts interim answers (103 without end), extensions of chunks, or what
chunks of one byte cost: each took half of the event loop for as long as a request may last.

    wire = interim answers + head + (chunk sizes, extensions) + body        wire - body <= `MOST` + body
"""

import functools
from asyncio import AbstractEventLoop
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.streams import StreamReader

# 200 fields of real sites fill 20 KB; chunks of 8 bytes, with their sizes, are half framing.
MOST = 1 << 20  # bytes


class Framing(ResponseHandler):
    """The client's end of one connection."""

    _wire = 0
    _before: StreamReader | None = None
    _patience: float | None = None  # when the loop's clock says that the server was silent for too long

    def set_response_params(self, **parameters: Any) -> None:
        """Begins the next answer."""
        self._wire, self._before = 0, self._payload
        super().set_response_params(**parameters)

    def data_received(self, data: bytes) -> None:
        """Hands on what came, or gives the server up."""
        super().data_received(data)
        self._wire += len(data)
        payload = None if self._payload is self._before else self._payload
        if self._wire > MOST + 2 * (payload.total_bytes if payload else 0):
            error = aiohttp.ClientPayloadError(f"more than {MOST} bytes around it")
            self.set_exception(error)
            if payload is not None:
                payload.set_exception(error)
            self._payload = None  # or the end of the connection would give it another reason
            if self.transport is not None:
                self.transport.abort()

    def _reschedule_timeout(self) -> None:
        """Counts the server's silence from now on; aiohttp would make a new timer for each piece that comes."""
        self._patience = self._loop.time() + self._read_timeout if self._read_timeout else None
        if self._patience is not None and self._read_timeout_handle is None:
            self._read_timeout_handle = self._loop.call_at(self._patience, self._on_read_timeout)

    def _drop_timeout(self) -> None:
        self._patience = None
        if self.transport is None or self._connection_lost_called:
            super()._drop_timeout()

    def _on_read_timeout(self) -> None:
        self._read_timeout_handle = None
        if self._patience is None:
            return
        if self._loop.time() < self._patience:
            self._read_timeout_handle = self._loop.call_at(self._patience, self._on_read_timeout)
        else:
            super()._on_read_timeout()


def factory(loop: AbstractEventLoop) -> Any:
    """What a connector makes its ends of connections with: a partial, as aiohttp has it."""
    return functools.partial(Framing, loop=loop)
