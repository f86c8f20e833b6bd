"""What Huiyin keeps: the only place with SQL. Use `Records`; the values it takes and gives are in `records.values`."""

from records.facade import Records
from records.sealing import seal

__all__ = ["Records", "seal"]
