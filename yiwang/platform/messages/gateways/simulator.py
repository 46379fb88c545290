"""The SMS simulator (短信模拟器): no carrier is connected, texts are shown on a page instead."""

from yiwang.platform.messages.gateways.interface import Answer, News

DEAD_NUMBERS = "0000"  # a number with this ending plays the dead one (空号)


class Simulator:
    """Takes every text and reports it as delivered at once, but for dead numbers."""

    is_simulator = True

    def send(self, *, reference: str, mobile: str, text: str) -> Answer:
        if mobile.endswith(DEAD_NUMBERS):
            return Answer(failure="空号")
        return Answer(carrier_id=f"SIM-{reference}", is_delivered=True)

    def poll(self) -> list[News]:
        """Everything was said at once."""
        return []


class PushSimulator:
    """Takes every push; the page of deliveries shows what went out."""

    def send(self, *, reference: str, account: str, title: str, text: str, url: str) -> None:
        """Nothing leaves the platform."""
