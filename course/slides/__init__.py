"""The slides: lessons cut into slides, and one file per lesson that needs no network."""
