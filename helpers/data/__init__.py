"""From files to tables: catalogue, readers, download, simulator and ``load``."""

from helpers.data.archives import extract
from helpers.data.catalogue import CATALOGUE
from helpers.data.dataset import Dataset
from helpers.data.download import fetch
from helpers.data.loading import load
from helpers.data.locations import data_folder, listing, path, verify
from helpers.data.one_against_many import (
    OneAgainstMany,
    read_one_against_many,
    write_one_against_many,
)
from helpers.data.simulation import Truth, World, simulate
from helpers.data.writing import write_1m_layout

__all__ = [
    "CATALOGUE",
    "Dataset",
    "OneAgainstMany",
    "Truth",
    "World",
    "data_folder",
    "extract",
    "fetch",
    "listing",
    "load",
    "path",
    "read_one_against_many",
    "simulate",
    "verify",
    "write_1m_layout",
    "write_one_against_many",
]
