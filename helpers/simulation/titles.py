"""Invented film titles, with the features that make real ones hard to read.

Articles at the end, accents, colons, commas, a translation in brackets, remakes, and titles far
longer than their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.simulation.genres import GENRES

# Rows before this one have no long title: a column sized by them cuts the rest.
FIRST_LONG_ROW = 100
LONG_EVERY = 60
REMAKES = 0.015

NOUNS = {
    "Action": "Hammer Convoy Gauntlet Fuse Ricochet Ironclad Blockade Throttle Payload Breaker",
    "Adventure": "Compass Expedition Galleon Ravine Caravan Summit Lagoon Cartographer Monsoon",
    "Animation": "Teapot Kite Marmalade Pocketwatch Snail Paintbox Buttonhole Weathercock Puffin",
    "Children's": "Treehouse Hedgehog Wellington Pony Conker Sandpit Badger Bicycle Birthday",
    "Comedy": "Trousers Lodger Raffle Casserole Wig Bungalow Tombola Sausage Nephew Caravanner "
    "Landlady Budgerigar Allergy Mother-in-Law Umbrella Dentist Barbecue Toupee Understudy Mower",
    "Crime": "Alibi Ledger Fence Safe Accomplice Getaway Ransom Counterfeiter Informer Docker",
    "Documentary": "Allotment Signal-Box Herring Orchard Colliery Beekeeper Tramline Peat Almanac",
    "Drama": "Estuary Inheritance Kitchen Harvest Letter Widow Lighthouse Silence Orchard Tenant "
    "Ferryman Threshold Cellist Homecoming Doorway Quarry Schoolroom Verandah Portrait Ploughman",
    "Fantasy": "Talisman Wyvern Enchanter Moonstone Cauldron Changeling Thornwood Sceptre Oracle",
    "Film-Noir": "Lamplight Cigarette Alley Streetlamp Widow Trenchcoat Verdict Shadow Wharf",
    "Horror": "Crypt Cellar Moth Gravedigger Scarecrow Howl Leech Marsh Attic Undertaker Fang",
    "Musical": "Bandstand Chorus Tambourine Ballroom Accordion Encore Footlight Serenade Polka",
    "Mystery": "Riddle Cipher Vicarage Keyhole Candlestick Footprint Telegram Butler Cabinet",
    "Romance": "Waltz Promenade Bouquet Honeysuckle Valentine Sonnet Balcony Ribbon Rendezvous",
    "Sci-Fi": "Quasar Android Satellite Airlock Nebula Colony Reactor Hologram Parallax Orbit",
    "Thriller": "Hostage Tripwire Witness Deadline Passenger Ultimatum Stairwell Double Decoy",
    "War": "Bunker Regiment Trench Armistice Battalion Sortie Bugler Minefield Dispatch Fusilier",
    "Western": "Stagecoach Spur Prairie Homestead Gulch Lasso Drover Sagebrush Corral Prospector",
}
ADJECTIVES = (
    "Amber", "Borrowed", "Brittle", "Clockwork", "Crooked", "Distant", "Drowsy", "Eleventh",
    "Faithful", "Feathered", "Forgotten", "Gentle", "Gilded", "Hollow", "Impossible", "Invisible",
    "Last", "Lonesome", "Lukewarm", "Magnificent", "Midnight", "Muddy", "Northern", "Obedient",
    "Paper", "Peculiar", "Penultimate", "Quiet", "Reluctant", "Restless", "Rusty", "Salted",
    "Second", "Secret", "Seventh", "Silver", "Sleepless", "Stolen", "Sunken", "Tidal", "Unfinished",
    "Unlikely", "Velvet", "Wandering", "Whispering", "Winter", "Wooden", "Yellow",
)  # fmt: skip
PLACES = (
    "Aberdovey", "Appledore", "Budleigh", "Carlisle", "Cromarty", "Dunbar", "Fishguard", "Grimsby",
    "Harrogate", "Ilkley", "Kirkwall", "Leominster", "Ludlow", "Malvern", "Morecambe", "Orkney",
    "Penzance", "Ramsgate", "Skegness", "Stornoway", "Tewkesbury", "Tobermory", "Ullapool",
    "Whitby", "Workington", "Ynys Môn",
)  # fmt: skip
NAMES = (
    "Agnes", "Aunt Beatrix", "Barnaby", "Captain Fothergill", "Cordelia", "Doctor Ngata", "Edith",
    "Father O'Rourke", "Hamish", "Inspector Quayle", "Lady Penhaligon", "Madame Béranger",
    "Miss Adeyemi", "Mr. Pemberton", "Mrs. Tate", "Old Tregarthen", "Professor Lück", "Rhiannon",
    "Señor Ibáñez", "Sergeant Bhatt", "Uncle Søren", "Winifred",
)  # fmt: skip

# (English, the same in the other language, its article); then what may follow both.
FOREIGN = {
    "French": (
        [
            ("Window", "Fenêtre", "La"), ("Summer", "Été", "L'"), ("Forest", "Forêt", "La"),
            ("Island", "Île", "L'"), ("Watchmaker", "Horloger", "L'"), ("Castle", "Château", "Le"),
            ("Waiter", "Garçon de café", "Le"), ("Daughters", "Filles de l'hôtelier", "Les"),
            ("Bakers", "Pâtissiers", "Les"), ("Pupil", "Élève", "L'"),
        ],
        [
            ("without a Key", "sans clé"), ("of August", "d'août"), ("at Besançon", "à Besançon"),
            ("by the Sea", "près de la mer"), ("of the Forgotten", "des oubliés"),
            ("That Was Too Late", "arrivé trop tôt"),
        ],
    ),
    "Spanish": (
        [
            ("Mountain", "Montaña", "La"), ("Dream", "Sueño", "El"), ("Morning", "Mañana", "La"),
            ("Piano Tuner", "Afinador", "El"), ("Winters", "Inviernos", "Los"),
            ("Bells", "Campanas", "Las"), ("Fishing Rod", "Caña", "La"), ("Train", "Tren", "El"),
        ],
        [
            ("of Logroño", "de Logroño"), ("without a Name", "sin nombre"),
            ("of the Child", "del niño"), ("of Yesterday", "de ayer"), ("in Cádiz", "en Cádiz"),
        ],
    ),
    "German": (
        [
            ("Bridge", "Brücke", "Die"), ("Door", "Tür", "Die"), ("Kings", "Könige", "Die"),
            ("Gardener", "Gärtner", "Der"), ("Birdhouse", "Vogelhäuschen", "Das"),
            ("Pharmacist", "Apotheker", "Der"), ("Girl", "Mädchen", "Das"),
            ("River", "Fluß", "Der"),
        ],
        [
            ("of Cologne", "von Köln"), ("without a Key", "ohne Schlüssel"),
            ("on the Lake", "am See"), ("Across the Street", "über der Straße"),
            ("in Spring", "im Frühling"),
        ],
    ),
    "Swedish": (
        [
            ("Boat", "Båten", ""), ("Thunder", "Åskan", ""), ("Herring Day", "Sillens dag", ""),
            ("Seagulls", "Måsarna", ""), ("Spring River", "Vårälven", ""),
        ],
        [("over Malmö", "över Malmö"), ("in Örebro", "i Örebro"), ("of the North", "från norr")],
    ),
}  # fmt: skip
LANGUAGES = tuple(FOREIGN)

# Where the name itself ends: before its article and before a title in brackets.
NAME_END = re.compile(r"(?=(?:, (?:The|An?|L'|La|Le|Les|El|Los|Las|Der|Die|Das))?(?: \(.*\))?$)")

LONG = (
    "{adjective} and Entirely {adjective2} Adventures of {name}, the {noun} of {place}, "
    "and the {adjective3} {noun2}, The",
    "{name} and the {noun}: Or, How We Learned to Live with the {adjective} {noun2} "
    "and the {adjective2} People of {place}",
    "True and {adjective} History of the {noun} of {place}, as Told by {name} "
    "to a {adjective2} {noun2}, The",
)
SHORT = (
    "{adjective} {noun}",
    "{adjective} {noun}, The",
    "{adjective} {noun}, A",
    "{noun} of {place}, The",
    "{noun} in {place}, A",
    "{name}'s {noun}",
    "{noun} and the {noun2}, The",
    "{name}: {adjective} {noun}",
    "{noun}, the {noun2} and {name}, The",
    "No {noun} for {name}",
    "{place} {noun}",
    "{adjective} {noun} of {place}, The",
    "{name} and the {adjective} {noun}",
)


def draw_titles(rng: np.random.Generator, main: np.ndarray, years: np.ndarray) -> list[str]:
    """A title with its year for each film, all different.

    Args:
        rng: the source of chance.
        main: main genre of each film, as a position in ``GENRES``, shape (n,); it colours the
            words of the title.
        years: year of release, shape (n,).
    """
    n = len(main)
    chances = rng.random((n, 12))
    long = (np.arange(n) >= FIRST_LONG_ROW) & ((np.arange(n) - FIRST_LONG_ROW) % LONG_EVERY == 0)
    names = [
        _name(chance, GENRES[genre], is_long)
        for chance, genre, is_long in zip(chances.tolist(), main.tolist(), long, strict=True)
    ]
    _remake(rng, names, years, long)
    return _distinct(names, years)


def _name(chance: list[float], genre: str, long: bool) -> str:
    own = NOUNS[genre].split()
    if chance[0] < 0.16 and not long:
        return _foreign(chance)
    patterns = LONG if long else SHORT
    first = int(chance[4] * len(ADJECTIVES))
    second = int(chance[7] * len(own))
    name = _one(patterns, chance[1]).format(
        noun=own[second],
        noun2=own[(second + 1 + int(chance[5] * (len(own) - 1))) % len(own)],
        adjective=ADJECTIVES[first],
        adjective2=ADJECTIVES[(first + 7) % len(ADJECTIVES)],
        adjective3=ADJECTIVES[(first + 19) % len(ADJECTIVES)],
        place=_one(PLACES, chance[8]),
        name=_one(NAMES, chance[9]),
    )
    name = re.sub(r"\ba (?=[AEIOU])", "an ", name)
    return re.sub(r"^([AEIOU].*, A)$", r"\1n", name)


def _foreign(chance: list[float]) -> str:
    heads, tails = FOREIGN[_one(LANGUAGES, chance[1])]
    english, foreign, article = _one(heads, chance[2])
    if chance[3] < 0.8:
        english_tail, foreign_tail = _one(tails, chance[4])
        english, foreign = f"{english} {english_tail}", f"{foreign} {foreign_tail}"
    if article:
        foreign = f"{foreign}, {article}"
    # Half have their own name, half a translation with the original in brackets.
    return foreign if chance[5] < 0.5 else f"{english}, The ({foreign})"


def _remake(
    rng: np.random.Generator, names: list[str], years: np.ndarray, long: np.ndarray
) -> None:
    """Give a few films the name of another film of another year."""
    chances = rng.random((len(names), 2))
    for film in np.flatnonzero((chances[:, 0] < REMAKES) & ~long):
        other = int(chances[film, 1] * len(names))
        if years[other] != years[film] and not long[other]:
            names[film] = names[other]


def _distinct(names: list[str], years: np.ndarray) -> list[str]:
    """Add the years, and a number if an earlier film has the same name and year."""
    table = pd.DataFrame({"name": names, "year": years})
    repeats = table.groupby(["name", "year"]).cumcount()
    return [
        f"{NAME_END.sub(f' {repeat + 1}', name, count=1) if repeat else name} ({year})"
        for name, year, repeat in zip(names, years.tolist(), repeats.tolist(), strict=True)
    ]


def _one(choices: Sequence[Any], chance: float) -> Any:
    return choices[int(chance * len(choices))]
