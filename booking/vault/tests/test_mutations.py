"""20,000 damaged messages: none opens, and nothing but CannotOpen comes out.

MUTATIONS=200000 asks for more, in the same shares (`make mutations`).
"""

import os
import sys
from collections import Counter

import pytest

from booking.vault import crypto
from booking.vault.crypto import Argon2Cost, Binding, CannotOpen

from .mutants import SINGLE, mutants

SEED, OTHER, ROOT = b"s" * 32, b"o" * 32, b"R" * 32
BINDING = Binding("submission", b"r" * 16, b"r" * 16, 1)
KINDS = [damage.__name__ for damage in SINGLE] + ["splice"]
TOTAL = int(os.environ.get("MUTATIONS") or 20_000)
PERCENT = {
    "blob of suite 1": 22.5,
    "blob of suite 2": 22.5,
    "reviewer wrap": 10,
    "grant": 15,
    "epoch wrap": 10,
    "session wrap": 10,
    "manifest": 5,
    "manifest signature": 5,
}
COUNTS = {name: round(TOTAL * percent / 100) for name, percent in PERCENT.items()}


def blob_case(suite):
    public_key, key = crypto.public_key_bytes(suite, SEED), crypto.private_key(suite, SEED)
    one, other = (
        crypto.seal_blob(suite, public_key, payload, BINDING) for payload in (b"one", b"other")
    )
    return one, other, lambda blob: crypto.open_blob(blob, key, BINDING)


def reviewer_wrap_case():
    how = {"user": b"1", "public_key": crypto.public_key_bytes(2, SEED)}
    # The least that Argon2 takes; mutants that ask for more get it up to the bound.
    cost = Argon2Cost(8, 1, 1)
    one, other = (
        crypto.wrap_reviewer_seed(SEED, "words", cost=cost, pepper=b"p", pepper_id=1, **how)
        for _ in range(2)
    )
    return (
        one,
        other,
        lambda wrap: crypto.unwrap_reviewer_seed(wrap, "words", peppers={1: b"p"}, **how),
    )


def grant_case():
    public_key, how = crypto.public_key_bytes(2, SEED), {"vault": b"v" * 16, "reviewer": b"r" * 16}
    one, other = (crypto.seal_grant(ROOT, public_key=public_key, **how) for _ in range(2))
    return one, other, lambda grant: crypto.open_grant(grant, SEED, **how)


def epoch_wrap_case():
    how = {"vault": b"v" * 16, "number": 1, "kid": b"k" * 8}
    one, other = (crypto.wrap_epoch_seed(SEED, ROOT, **how) for _ in range(2))
    return one, other, lambda wrapped: crypto.unwrap_epoch_seed(wrapped, ROOT, **how)


def session_wrap_case():
    how = {"session_digest": b"d" * 32, "user": b"1", "expires": 1}
    one, other = (crypto.wrap_session_root(ROOT, OTHER, **how) for _ in range(2))
    return one, other, lambda wrapped: crypto.unwrap_session_root(wrapped, OTHER, **how)


def manifest_case():
    key = crypto.verify_key(ROOT)
    one, other = (crypto.canonical_json({"epoch": n, "public_key": f"{n:02}" * 99}) for n in (1, 2))
    signature = crypto.sign_manifest(ROOT, one)
    return one, other, lambda manifest: crypto.check_manifest(key, manifest, signature)


def signature_case():
    key, manifest = crypto.verify_key(ROOT), b'{"epoch":1}'
    one, other = (crypto.sign_manifest(ROOT, m) for m in (manifest, b'{"epoch":2}'))
    return one, other, lambda signature: crypto.check_manifest(key, manifest, signature)


CASES = {
    "blob of suite 1": lambda: blob_case(crypto.SUITE_X25519),
    "blob of suite 2": lambda: blob_case(crypto.SUITE_HYBRID),
    "reviewer wrap": reviewer_wrap_case,
    "grant": grant_case,
    "epoch wrap": epoch_wrap_case,
    "session wrap": session_wrap_case,
    "manifest": manifest_case,
    "manifest signature": signature_case,
}


def outcomes(read, damaged) -> dict[str, Counter]:
    """How many of each kind were refused and accepted. Another exception goes through."""
    counts = {"refused": Counter(), "accepted": Counter()}
    for kind, mutant in damaged:
        try:
            read(mutant)
        except CannotOpen:
            counts["refused"][kind] += 1
        else:
            counts["accepted"][kind] += 1
    return counts


def test_there_are_as_many_mutations_as_asked_for():
    sys.stdout.write(f"{sum(COUNTS.values()):,} damaged messages\n")
    assert sum(COUNTS.values()) == TOTAL >= 20_000


@pytest.mark.parametrize("name", CASES)
def test_no_damaged_message_is_accepted(name):
    one, other, read = CASES[name]()
    read(one)  # the undamaged one opens
    count = COUNTS[name]
    each = Counter(KINDS[number % len(KINDS)] for number in range(count))
    counts = outcomes(read, mutants(one, other, count, seed=20_000 + len(name)))
    refused, accepted = (counts[word].total() for word in ("refused", "accepted"))
    sys.stdout.write(f"{name}: {refused:,} refused, {accepted:,} accepted\n")
    assert counts == {"refused": each, "accepted": Counter()}


@pytest.mark.parametrize("name", CASES)
def test_not_one_flipped_bit_is_overlooked(name):
    # Every bit of the first and last 80 bytes: header, encapsulation, tag. The wrap is left to
    # the mutations above, because some of its bits buy minutes of Argon2.
    if name == "reviewer wrap":
        positions = range(15, 92)
    else:
        size = len(CASES[name]()[0])
        positions = sorted({*range(min(80, size)), *range(max(0, size - 80), size)})
    one, _, read = CASES[name]()
    flipped = [
        (bit, one[:p] + bytes([one[p] ^ 1 << bit]) + one[p + 1 :])
        for p in positions
        for bit in range(8)
    ]
    counts = outcomes(read, flipped)
    assert counts["accepted"] == Counter()
    assert counts["refused"].total() == 8 * len(positions)


def test_the_count_sees_a_reader_that_accepts_everything():
    one, other, _ = epoch_wrap_case()
    counts = outcomes(lambda wrapped: None, mutants(one, other, 90, seed=1))
    assert counts == {"refused": Counter(), "accepted": Counter(dict.fromkeys(KINDS, 10))}
