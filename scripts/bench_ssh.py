"""A throwaway SSH server on the loopback address, and the command that reaches it."""

from __future__ import annotations

import contextlib
import getpass
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile {folder}/pid
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin prohibit-password
AcceptEnv COLORTERM
"""


@contextlib.contextmanager
def session(folder: Path) -> Iterator[list[str]]:
    """Run a server, and give the command that opens a session on it.

    Raises
    ------
    RuntimeError
        There is no sshd on this machine, or it does not start.
    """
    server = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if server is None:
        raise RuntimeError("there is no sshd here; on Debian and Ubuntu: apt-get install openssh-server")
    keys = folder / "ssh"
    keys.mkdir()
    for name in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(keys / name)], check=True, timeout=120)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (keys / "config").write_text(_CONFIG.format(port=port, folder=keys))
    with contextlib.suppress(OSError):  # privilege separation wants it; only root can make it
        Path("/run/sshd").mkdir(exist_ok=True)
    process = subprocess.Popen([server, "-D", "-f", str(keys / "config"), "-E", str(keys / "log")])
    options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "SendEnv=COLORTERM"]
    chosen = [word for option in options for word in ("-o", option)]
    try:
        _wait_until_it_listens(process, port, keys / "log")
        yield [
            "ssh",
            "-F",
            "none",
            "-i",
            str(keys / "user"),
            "-p",
            str(port),
            *chosen,
            f"{getpass.getuser()}@127.0.0.1",
        ]
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(1200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"sshd did not start: {log.read_text() if log.exists() else ''}")
