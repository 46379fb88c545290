"""Moments of messages and texts that modules above may join."""

from yiwang.kernel.hook import Hook

# person_id, reason (the carrier's words), actor: three texts in a row did not arrive at his number.
number_died = Hook("messages.number_died")

# message, card, press (models.CardPress), actor: somebody answered a card of a module, not of an application.
card_pressed = Hook("messages.card_pressed")
