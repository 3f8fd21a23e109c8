"""kubectl crashloop: what kills a container, the proof with its place, and the fix."""

__version__ = "0.1.0"
