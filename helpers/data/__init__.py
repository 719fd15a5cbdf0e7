"""From files to tables: catalogue, readers, download and ``load``."""

from helpers.data.archives import extract
from helpers.data.catalogue import CATALOGUE
from helpers.data.dataset import Dataset
from helpers.data.download import fetch
from helpers.data.loading import load
from helpers.data.locations import data_folder, listing, path, verify
from helpers.data.writing import write_1m_layout

__all__ = [
    "CATALOGUE",
    "Dataset",
    "data_folder",
    "extract",
    "fetch",
    "listing",
    "load",
    "path",
    "verify",
    "write_1m_layout",
]
