"""Tables as pandas frames, for those who have installed the extra `data`; nothing else needs pandas."""

from collections.abc import Mapping, Sequence
from typing import Any


class DataExtraMissing(ImportError):
    """Frames and Parquet need pandas and pyarrow: pip install 'ringback[data]'."""

    def __init__(self) -> None:
        super().__init__(str(self.__doc__))


def frame_of(rows: Sequence[Mapping[str, Any]]) -> Any:
    """A `pandas.DataFrame` with one row per mapping. Raises `DataExtraMissing` without the extra."""
    try:
        import pandas
        import pyarrow  # noqa: F401  # a frame that cannot be written to Parquet would be a surprise
    except ImportError:
        raise DataExtraMissing from None
    # Whole numbers stay whole where some are missing.
    return pandas.DataFrame(list(rows)).convert_dtypes()
