"""Customers from a CSV file: its encoding and its separator are found out, its faults told by line."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from greeting_sms.customers.columns import folded, known_headers
from greeting_sms.customers.faults import Fault
from greeting_sms.customers.sources import Row
from greeting_sms.errors import SourceUnreadableError

LONGEST_LINE_CHARACTERS: Final = 16 << 20
"""A line, and a cell, longer than this ends the import: no file of customers has one, and memory stays bounded."""
_SEPARATORS: Final = (",", ";", "\t", "|")
_BLOCK_BYTES: Final = 1 << 20
_NOT_CLOSED: Final = "unexpected end of data"
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, ""), (codecs.BOM_UTF16_BE, ""))


class CsvSource:
    """A CSV file in UTF-8, with or without a byte order mark, or GB 18030."""

    def __init__(self, path: Path, *, encoding: str | None = None) -> None:
        """Raises SourceUnreadableError for a file that is no text, or that has no header."""
        self.name = path.name
        self._path = path
        self.encoding = encoding or _encoding_of(path)
        self._bytes = max(path.stat().st_size, 1)
        _prepare_csv()
        with path.open(encoding=self.encoding, newline="") as file:
            first = file.readline(LONGEST_LINE_CHARACTERS)
        if not first.strip():
            raise SourceUnreadableError(self.name, "the first line is empty; it must name the columns")
        self.separator = _separator_of(first)
        self.headers: Sequence[str] = [cell.strip() for cell in next(csv.reader([first], delimiter=self.separator))]

    def rows(self) -> Iterator[Row | Fault]:
        """Every row after the header. Raises SourceUnreadableError where the file cannot be read on."""
        with self._path.open("rb") as binary, TextIOWrapper(binary, encoding=self.encoding, newline="") as file:
            reader = csv.reader(self._lines(file), delimiter=self.separator, strict=True)
            next(reader)
            while True:
                begins = reader.line_num + 1
                try:
                    cells = next(reader)
                except StopIteration:
                    return
                except csv.Error as error:
                    yield self._broken(error, begins)
                    continue
                except UnicodeDecodeError as error:
                    raise SourceUnreadableError(
                        self.name, f"line {begins} is not {self.encoding}: {error.reason}"
                    ) from error
                if any(cells):
                    yield Row(begins, cells, binary.tell() / self._bytes)

    def _broken(self, error: csv.Error, line: int) -> Fault:
        if str(error) == _NOT_CLOSED:  # everything up to the end was taken for one cell: how many people is unknown
            raise SourceUnreadableError(self.name, f"line {line}: a quote that opens here is never closed") from error
        return Fault(line, "", f"cannot be split into cells: {error}")

    def _lines(self, file: TextIOWrapper) -> Iterator[str]:
        number = 0
        while line := file.readline(LONGEST_LINE_CHARACTERS):
            number += 1
            if len(line) == LONGEST_LINE_CHARACTERS:
                raise SourceUnreadableError(
                    self.name, f"line {number} is longer than {LONGEST_LINE_CHARACTERS:,} characters"
                )
            yield line


def _encoding_of(path: Path) -> str:
    """`utf-8-sig`, `utf-8` or `gb18030`, by reading the whole file: the first bytes that tell may be the last."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            if encoding:
                return encoding
            raise SourceUnreadableError(path.name, "is UTF-16; save it as UTF-8 or GB 18030")
    for encoding in ("utf-8", "gb18030"):
        if _decodes(path, encoding):
            return encoding
    raise SourceUnreadableError(path.name, "is neither UTF-8 nor GB 18030 text")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK_BYTES):
                if b"\0" in block:
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _separator_of(header: str) -> str:
    """The separator that makes most well-known headers; of equals the one that makes most columns."""

    def worth(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=separator))
        return sum(folded(cell) in known_headers() for cell in cells), len(cells)

    return max(_SEPARATORS, key=worth)


def _prepare_csv() -> None:
    csv.field_size_limit(LONGEST_LINE_CHARACTERS)  # 131,072 by default, for the whole process
