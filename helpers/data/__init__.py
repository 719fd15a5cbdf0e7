"""From files to tables: catalogue, readers, download, simulator and ``load``."""

from helpers.data.dataset import Dataset

__all__ = ["Dataset"]
