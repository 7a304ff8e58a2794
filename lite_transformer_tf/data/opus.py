"""Names of OPUS' corpora in Moses' format: `Tatoeba.en-fr.en` and `Tatoeba.en-fr.fr`, also in a zip archive."""

from __future__ import annotations

import re
from pathlib import Path

from lite_transformer_tf.data.files import SUFFIXES, ZipMember, unpacked_name, zip_members

Members = tuple[ZipMember, ZipMember]


def opus_stems(folder: Path, languages: tuple[str, str]) -> list[str]:
    """Beginnings of the names of OPUS' files in a directory, such as `Tatoeba.en-fr`."""
    pattern = _pattern(languages)
    matches = (pattern.fullmatch(unpacked_name(path.name)) for path in folder.iterdir() if path.is_file())
    return sorted({match[1] for match in matches if match})


def opus_archive(folder: Path, languages: tuple[str, str]) -> list[tuple[Path, Members]]:
    """The zip archives that are named for the two languages, such as `en-fr.txt.zip`, and the texts in them."""
    pair = "|".join(_pairs(languages))
    named = [path for path in sorted(folder.glob("*.zip")) if re.search(rf"(?:^|[._])(?:{pair})[._]", path.name)]
    return [(path, members(path, languages)) for path in named]


def members(archive: Path, languages: tuple[str, str]) -> Members:
    """The source and the target text in an archive: the files that end with the languages' names.

    Raises:
        ValueError: There is none for a language, or several, or the archive is damaged.
    """
    names = zip_members(archive)
    found = [
        [name for name in names if unpacked_name(name) == name and name.endswith(f".{language}")]
        for language in languages
    ]
    for language, texts in zip(languages, found):
        if len(texts) != 1:
            rule = f"An archive must have one file whose name ends in .{language}, not packed again ({SUFFIXES[1]})"
            raise ValueError(f"{rule}. Received: {str(archive)!r}, which contains {texts or names[:20]}")
    return ZipMember(archive, found[0][0]), ZipMember(archive, found[1][0])


def _pairs(languages: tuple[str, str]) -> list[str]:
    return [re.escape(f"{first}-{second}") for first, second in (languages, languages[::-1])]


def _pattern(languages: tuple[str, str]) -> re.Pattern[str]:
    ends = "|".join(map(re.escape, languages))
    return re.compile(rf"(.+\.(?:{'|'.join(_pairs(languages))}))\.(?:{ends})")
