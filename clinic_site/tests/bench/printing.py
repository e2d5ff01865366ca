"""Tables on the terminal."""

FIRST, OTHER = 56, 18


def heading(title: str, *columns: str) -> None:
    print(f"\n{title}")
    row("", *columns)


def plural(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def row(name: str, *columns: str) -> None:
    """A name and its figures; the last column stands as it is."""
    cells = "".join(f"{column:>{OTHER}}" for column in columns[:-1])
    last = f"  {columns[-1]}" if columns else ""
    print(f"{name:<{FIRST}}{cells}{last}".rstrip(), flush=True)
