"""A network of one's own, in which every address there is leads back to this process.

    unshare (Linux: a network namespace; as root, or as a user of one's own) -> ip: all addresses are local, AnyIP

So a listener on a port hears whoever asks any address, and says which. It needs Linux and iproute2, and leave to make
namespaces, which containers mostly do not give.
"""

import ctypes
import os
import shutil
import subprocess
from pathlib import Path

_NEWUSER, _NEWNET = 0x10000000, 0x40000000  # of <linux/sched.h>; os.unshare is Python 3.12's
_COMMANDS = ("link set lo up", "route add local 0.0.0.0/0 dev lo")
_IPV6 = "-6 route add local ::/0 dev lo"  # fails where a kernel has none


def enter() -> str:
    """Puts this process into such a network.

    Returns:
      An empty text, or why there is none; this process is then where it was.
    """
    ip = shutil.which("ip") or shutil.which("ip", path="/usr/sbin:/sbin")
    if ip is None:
        return "there is no ip of iproute2"
    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEWNET if user == 0 else _NEWUSER | _NEWNET):
        return f"unshare: {os.strerror(ctypes.get_errno())}"
    if user != 0:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"0 {user} 1")
        Path("/proc/self/gid_map").write_text(f"0 {group} 1")
    for command in _COMMANDS:
        subprocess.run([ip, *command.split()], check=True)
    subprocess.run([ip, *_IPV6.split()], stderr=subprocess.DEVNULL)
    return ""
