"""Tries an application in the same process on a virtual clock, for others' tests and `simulate --clock virtual`."""

from elder_channel.simulator.in_process.playing import Hotline, play, play_on
from elder_channel.simulator.in_process.rest import CarrierHttpClient, CarrierTransport
from elder_channel.simulator.scenarios.telling import told

__all__ = ["CarrierHttpClient", "CarrierTransport", "Hotline", "play", "play_on", "told"]
