"""What the demo products say in plain words: library_words.csv."""

import csv
from pathlib import Path


def read_table(name):
    with open(Path(__file__).parent / name, encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Words:
    """Texts by their use and by the line of business or topic that they are for."""

    def __init__(self):
        self._texts = {}
        for row in read_table("library_words.csv"):
            self._texts.setdefault(row["use"], {}).setdefault(row["key"], []).append(
                row["text"]
            )

    def of(self, use, key):
        """Return the text, or nothing."""
        return self._texts[use].get(key, [""])[0]

    def analyses(self, line):
        return self._texts["analysis"][line]

    def facts(self):
        """Return (topic, kind of source, text) of each."""
        return [
            (*key.split("|"), texts[0]) for key, texts in self._texts["fact"].items()
        ]
