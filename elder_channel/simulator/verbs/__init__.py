"""The verbs the simulator follows; importing this package registers them."""

from elder_channel.simulator.verbs import dial, enqueue, flow, gather, prompts, streams

__all__ = ["dial", "enqueue", "flow", "gather", "prompts", "streams"]
