"""A server that starts, answers and dies as SGLang and its router do, in a tenth of a second and without a model.

python fake_sglang.py --port N [--worker-urls URL...] [--fake FAULT] [anything SGLang takes]
"""

import argparse
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time

SAYS = {
    "memory": "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has 141 GiB in total.",
    "model": "OSError: no/such is not a local folder and is not a valid model identifier listed on the Hub",
    "strange": "RuntimeError: the flux capacitor is empty",
}
METRICS = """\
# HELP sglang:prompt_tokens_total Number of prefill tokens processed.
# TYPE sglang:prompt_tokens_total counter
sglang:prompt_tokens_total{{engine_type="unified",model_name="tiny"}} {prompt}.0
sglang:generation_tokens_total{{engine_type="unified",model_name="tiny"}} {generated}.0
sglang:cached_tokens_total{{cache_source="device",model_name="tiny"}} {cached}.0
sglang:cached_tokens_total{{cache_source="host",model_name="tiny"}} 0.0
sglang:prompt_tokens_histogram_bucket{{le="100.0",model_name="tiny"}} 3.0
sglang:num_running_reqs{{model_name="tiny",tp_rank="0"}} 5.0
sglang:num_queue_reqs{{model_name="tiny",tp_rank="0"}} 2.0
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--worker-urls", nargs="*", default=[])
    parser.add_argument("--fake", default="")
    asked, _ = parser.parse_known_args()
    if asked.fake == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])  # as its scheduler
    sys.stdout.write(f"pids {os.getpid()} {child.pid}\n")
    sys.stdout.flush()
    if asked.fake in SAYS:
        sys.stderr.write(f"Traceback (most recent call last):\n{SAYS[asked.fake]}\n")
        sys.exit(1)
    if asked.fake == "late":  # SGLang listens only when its model is loaded
        time.sleep(600)
    serve(asked)


def serve(asked: argparse.Namespace) -> None:
    ready = time.monotonic() + 0.3
    polls = iter(range(1, 10**9))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            up = time.monotonic() > ready and asked.fake != "never"
            poll = next(polls) if self.path == "/metrics" else 0
            body = {
                "/metrics": METRICS.format(prompt=1000 * poll, generated=100 * poll, cached=750 * poll),
                "/readiness": json.dumps({"status": "ready", "healthy_workers": len(asked.worker_urls)}),
            }.get(self.path, "")
            self.send_response(200 if up else 503)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", asked.port), Handler)
    threading.Thread(target=server.serve_forever).start()


if __name__ == "__main__":
    main()
