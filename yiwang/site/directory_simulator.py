"""`yiwang directory-simulator`: the simulator of the municipal address book as a process of its own."""

import signal
import sys
import threading

from yiwang.platform.sharing.gateways.directory_simulator import Simulator
from yiwang.site import secret
from yiwang.site.environment import Environment
from yiwang.site.launcher import codes
from yiwang.site.launcher.terminal import say


def serve(environment: Environment) -> None:
    """Answer until told to stop."""
    secret.make_key(environment.directory_key)
    key = bytes.fromhex(environment.directory_key.read_text().strip())
    try:
        simulator = Simulator(port=environment.directory_simulator_port, key=key)
    except OSError as problem:
        say(f"市级通讯录模拟器无法监听端口 {environment.directory_simulator_port}（{problem.strerror}）")
        sys.exit(codes.PORT_IN_USE)
    with simulator:
        for number in (signal.SIGINT, signal.SIGTERM):
            # shutdown() waits for the loop, which runs in this very thread
            signal.signal(number, lambda *_: threading.Thread(target=simulator.shutdown).start())
        say(f"市级通讯录模拟器：{simulator.url}，签名密钥在 {environment.directory_key}")
        simulator.serve_forever()
