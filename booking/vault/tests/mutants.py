"""Damaged copies of a valid message: every kind of damage, the same ones at every run."""

import random
from collections.abc import Callable, Iterator

Damage = Callable[[bytearray, random.Random], bytearray]


def flip_one_bit(data: bytearray, rng: random.Random) -> bytearray:
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def flip_some_bits(data: bytearray, rng: random.Random) -> bytearray:
    for _ in range(rng.randint(2, 64)):
        flip_one_bit(data, rng)
    return data


def truncate(data: bytearray, rng: random.Random) -> bytearray:
    """At either end; now and then to nothing."""
    keep = rng.randrange(len(data))
    return data[:keep] if rng.random() < 0.7 else data[len(data) - keep :]


def extend(data: bytearray, rng: random.Random) -> bytearray:
    more = rng.choice([bytes(rng.randint(1, 64)), rng.randbytes(rng.randint(1, 64)), bytes(data)])
    return data + more if rng.random() < 0.7 else bytearray(more) + data


def swap_regions(data: bytearray, rng: random.Random) -> bytearray:
    size = rng.randint(1, max(1, len(data) // 3))
    one, other = sorted((rng.randrange(len(data) - size + 1), rng.randrange(len(data) - size + 1)))
    other = max(other, min(one + size, len(data) - size))
    data[one : one + size], data[other : other + size] = (
        data[other : other + size],
        data[one : one + size],
    )
    return data


def overwrite_region(data: bytearray, rng: random.Random) -> bytearray:
    size = rng.randint(1, len(data))
    start = rng.randrange(len(data) - size + 1)
    fill = rng.choice([bytes(size), b"\xff" * size, rng.randbytes(size)])
    data[start : start + size] = fill
    return data


def remove_region(data: bytearray, rng: random.Random) -> bytearray:
    start = rng.randrange(len(data))
    del data[start : start + rng.randint(1, 32)]
    return data


def change_header(data: bytearray, rng: random.Random) -> bytearray:
    """One of the first 32 bytes, where magic, version, suite, cost and key id stand."""
    data[rng.randrange(min(32, len(data)))] = rng.randrange(256)
    return data


SINGLE: tuple[Damage, ...] = (
    flip_one_bit,
    flip_some_bits,
    truncate,
    extend,
    swap_regions,
    overwrite_region,
    remove_region,
    change_header,
)


def splice(one: bytes, other: bytes, rng: random.Random) -> bytearray:
    """The head of one valid message and the tail of another."""
    cut = rng.randrange(1, min(len(one), len(other)))
    return bytearray(one[:cut] + other[cut:])


def mutants(one: bytes, other: bytes, count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """(kind of damage, damaged bytes), `count` times, each kind in turn.

    `one` and `other` are valid; none of them is ever given out.
    """
    rng = random.Random(seed)
    names = [damage.__name__ for damage in SINGLE] + ["splice"]
    for number in range(count):
        kind = names[number % len(names)]
        for _ in range(100):
            mutant = (
                splice(one, other, rng)
                if kind == "splice"
                else SINGLE[names.index(kind)](bytearray(one), rng)
            )
            if bytes(mutant) not in (one, other):
                break
        else:
            raise ValueError(f"{kind} does no damage to this message")
        yield kind, bytes(mutant)
