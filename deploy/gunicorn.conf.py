"""How gunicorn serves the portal: `gunicorn --config deploy/gunicorn.conf.py kek.wsgi`."""

import os
from pathlib import Path

import environ
from gunicorn.config import Config
from gunicorn.glogging import Logger

if (ENV := Path(__file__).parent.parent / ".env").exists():
    environ.Env.read_env(ENV)

bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
# Python computes in one thread at a time: more threads only wait for each other. For more at once, more workers.
threads = int(os.environ.get("THREADS", "2"))

# Loaded once, before the workers start: less memory, and a missing setting ends the start with one line.
preload_app = True
timeout = 30
max_requests = 100_000  # a new worker has to make the pages it keeps once more
max_requests_jitter = 10_000
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # heartbeats need no disk
control_socket_disable = True


class DiscreetLogger(Logger):  # type: ignore[misc]
    """Keeps the secrets of links out of both logs."""

    def setup(self, cfg: Config) -> None:
        """Filter what each handler is given."""
        from kek.logs import WithoutSecrets  # the portal can be imported only now

        super().setup(cfg)
        for handler in [*self.error_log.handlers, *self.access_log.handlers]:
            handler.addFilter(WithoutSecrets())


logger_class = DiscreetLogger
# A reader's address is nobody's business: the log knows what was asked, not by whom.
accesslog = "-" if os.environ.get("ACCESS_LOG") == "true" else None
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s %(M)sms'
