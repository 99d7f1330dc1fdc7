"""The territory as pages name it (`hub.domain.territory`)."""

from hub.domain.territory import Territory, load_territory

__all__ = ["Territory", "load_territory"]
