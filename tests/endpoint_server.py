"""A server on this machine that answers as an endpoint does, for the tests of the endpoint."""

import json
import socket
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def message(content):
    """The body of an answer with that content."""
    return json.dumps({"choices": [{"message": {"content": content}}]}).encode()


@contextmanager
def serving(answer):
    """A server that answers each request in one way; yields its address and what it was sent."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((self.path, self.headers.get("Authorization"), sent))
            with suppress(BrokenPipeError, ConnectionResetError):
                answer(self)

        def do_GET(self):
            seen.append((self.path, self.headers.get("Authorization"), None))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()


def giving(body, code=200, headers=()):
    """An answer with that body, status and headers."""

    def answer(handler):
        handler.send_response(code)
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def facts(*given, checks=()):
    """An answer with those facts; the same answer holds the checks of the second pass."""
    return giving(message(json.dumps({"facts": list(given), "checks": list(checks)})))


@contextmanager
def speaking(talk):
    """A server below HTTP: talk is given each connection once the question is in; yields its address."""
    closing = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        with suppress(OSError):
            while not closing.is_set():
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    connection.recv(65536)
                    talk(connection, closing)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    finally:
        closing.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(2)
