"""A database as an earlier commit left it, one file for each kind of server, and what was seen in it then.

The trial's content with a Spanish half, its accounts without passwords, and requests in two epochs.
The keys in the .json open nothing else. `make` says how the files came about.
"""

from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
Seen = dict[str, Any]
