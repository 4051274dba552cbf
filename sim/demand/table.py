"""Rows of a CSV or Parquet file with their line numbers; whatever is wrong is told with file and line."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

MOST_ROWS = 5_000_000


class BadData(ValueError):
    """A file of data cannot be used; the message names the file and the line."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}:{line}  {what}" if line else f"{path}  {what}")


def rows_of(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """
    (line, values by column) of every row. Lines count from 1, the header is the first.

    Raises `BadData` where a needed column is missing or a row has other columns than the header, OSError where the file
    cannot be read.
    """
    found = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    _, columns = next(found, (0, []))
    missing = [name for name in needed if name not in columns]
    if missing:
        shown = ", ".join(map(str, columns)) or "nothing"
        raise BadData(path, 1, f"no column '{missing[0]}'; the first line names {shown}")
    for line, values in found:
        if not values:
            continue
        if len(values) != len(columns):
            raise BadData(path, line, f"{len(values)} values for {len(columns)} columns")
        if line > MOST_ROWS:
            raise BadData(path, line, f"more than {MOST_ROWS:,} rows")
        yield line, dict(zip(columns, values, strict=True))


def number(path: Path, line: int, row: dict[str, str], column: str, most: float = 1e9) -> float:
    """A number that is not negative. Raises `BadData`."""
    text = row[column]
    try:
        value = float(text)
    except ValueError:
        raise BadData(path, line, f"{column}: '{text[:40]}' is not a number") from None
    if not 0 <= value <= most:
        raise BadData(path, line, f"{column}: {text[:40]} is not between 0 and {most:,.0f}")
    return value


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        try:
            for values in reader:
                yield reader.line_num, [value.strip() for value in values]
        except UnicodeDecodeError:
            raise BadData(path, reader.line_num + 1, "is not text in UTF-8") from None
        except csv.Error as error:
            raise BadData(path, reader.line_num, f"is not CSV: {error}") from None


def _parquet(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise BadData(path, 0, "Parquet needs the extra 'data': pip install 'ringback[data]'") from None
    try:
        table = parquet.read_table(path)
    except ArrowException as error:
        raise BadData(path, 0, f"is not Parquet: {str(error)[:80]}") from None
    yield 1, list(table.column_names)
    line = 1
    for batch in table.to_batches():
        for row in batch.to_pylist():
            line += 1
            yield line, ["" if value is None else str(value) for value in row.values()]
