"""The page's static files, compressed once and sent from memory, so that they never wait for anything."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response


class StaticFile(NamedTuple):
    """A file: its bytes compressed with gzip, its media type, and a tag that changes with it."""

    body: bytes
    media: str
    tag: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Every static file by its path."""
    contents: dict[str, bytes] = {}
    folders = [("", resources.files("detente.faces.page") / "static")]
    for path, folder in folders:
        for item in folder.iterdir():
            if item.is_dir():
                folders.append((f"{path}{item.name}/", item))
            else:
                contents[f"{path}{item.name}"] = item.read_bytes()
    return {path: _static_file(path, content) for path, content in contents.items()}


def _static_file(path: str, content: bytes) -> StaticFile:
    media = mimetypes.guess_type(path)[0] or "application/octet-stream"
    if media.startswith("text/"):
        media += "; charset=utf-8"
    tag = hashlib.sha256(content).hexdigest()[:16]
    return StaticFile(gzip.compress(content, mtime=0), media, f'"{tag}"')


async def static_file(request: Request) -> Response:
    """One of the files by its path; 304 where the browser has it."""
    file = static_files().get(request.path_params["file"])
    if file is None:
        raise HTTPException(404)
    headers = {"etag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return compressed(request, file.body, file.media, headers)


def compressed(request: Request, body: bytes, media: str, headers: Mapping[str, str]) -> Response:
    """A response of bytes that are compressed already, unpacked for a visitor who does not take them so."""
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = {**headers, "content-encoding": "gzip", "vary": "Accept-Encoding"}
        return Response(body, media_type=media, headers=packed)
    return Response(gzip.decompress(body), media_type=media, headers=dict(headers))
