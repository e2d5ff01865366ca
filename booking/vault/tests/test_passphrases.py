"""The word list, proposed passphrases and the recovery key on paper."""

import base64
import hashlib
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.vault import passphrases
from booking.vault.crypto import CannotOpen
from booking.vault.passphrases import (
    WeakPassphrase,
    check_strength,
    normalise,
    propose,
    recovery_key,
    recovery_seed,
    words,
)

SEED = hashlib.sha256(b"a seed").digest()
ALPHABET = string.ascii_uppercase + "234567"


def is_refused(text: str) -> bool:
    try:
        recovery_seed(text)
    except CannotOpen:
        return True
    return False


def test_the_list_has_7776_different_words():
    assert len(words()) == 7776
    assert len(set(words())) == 7776


def test_every_word_is_lower_case_and_can_be_typed():
    assert [w for w in words() if set(w) - set(string.ascii_lowercase + "-")] == []


def test_no_word_is_shorter_than_three_letters():
    assert min(len(word) for word in words()) == 3


def test_a_proposal_is_six_words_of_the_list():
    proposals = [propose() for _ in range(200)]
    assert [len(text.split(" ")) for text in proposals] == [6] * 200
    assert {word for text in proposals for word in text.split(" ")} - set(words()) == set()
    assert len(set(proposals)) == 200


def test_a_proposal_is_hashed_as_it_is_shown():
    proposal = propose()
    assert normalise(proposal) == proposal


@pytest.mark.parametrize(
    "typed", ["  plank otter ", "plank   otter", "plank\totter", "plank otter\n"]
)
def test_spaces_around_and_between_words_do_not_matter(typed):
    assert normalise(typed) == "plank otter"


def test_an_accented_letter_is_the_same_on_every_keyboard():
    composed, apart = (unicodedata.normalize(form, "Zoë fährt früh") for form in ("NFC", "NFD"))
    assert composed != apart
    assert normalise(composed) == normalise(apart) == "Zoë fährt früh"


def test_case_and_punctuation_stay_part_of_a_passphrase():
    assert normalise("Plank, otter!") == "Plank, otter!"


@given(st.binary(min_size=32, max_size=32))
def test_a_recovery_key_gives_its_seed_back(seed):
    assert recovery_seed(recovery_key(seed)) == seed


def test_a_recovery_key_is_14_groups_of_four():
    assert [len(group) for group in recovery_key(SEED).split("-")] == [4] * 14


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda key: key.replace("-", ""),
        lambda key: key.replace("-", " "),
        lambda key: key.replace("-", "\n"),
        lambda key: f"  {key}  ",
        lambda key: key.replace("-", " - "),
        lambda key: key.replace("O", "0").replace("I", "1").replace("B", "8"),
    ],
    ids=["lower case", "one block", "spaces", "lines", "spaces around", "dashes", "look-alikes"],
)
def test_a_recovery_key_may_be_typed_in_any_case_and_spacing(typed):
    keys = [hashlib.sha256(bytes([number])).digest() for number in range(20)]
    assert [recovery_seed(typed(recovery_key(seed))) for seed in keys] == keys


@pytest.mark.parametrize(
    "text", ["", "A", "ÄÖÜ", "9999", "A" * 55, "A" * 57, "A" * 64, "=" * 56, "字" * 56, "\0"]
)
def test_a_text_that_is_no_recovery_key_is_refused(text):
    assert is_refused(text)


@pytest.mark.parametrize("length", range(56))
def test_a_recovery_key_that_is_cut_off_is_refused(length):
    assert is_refused(recovery_key(SEED).replace("-", "")[:length])


def test_a_wrong_letter_in_the_last_four_is_always_refused():
    # These letters hold nothing but checksum.
    key = recovery_key(SEED).replace("-", "")
    typos = [
        key[:at] + letter + key[at + 1 :]
        for at in range(52, 56)
        for letter in ALPHABET
        if letter != key[at]
    ]
    assert [is_refused(typo) for typo in typos] == [True] * (4 * 31)


def test_every_single_wrong_letter_of_these_keys_is_refused():
    # 24 bits of SHA-256: a typo in the seed passes once in 16.7 million, not never.
    seeds = [hashlib.sha256(bytes([number])).digest() for number in range(20)]
    accepted, tried = 0, 0
    for seed in seeds:
        key = recovery_key(seed).replace("-", "")
        for at in range(56):
            for letter in ALPHABET.replace(key[at], ""):
                accepted += not is_refused(key[:at] + letter + key[at + 1 :])
                tried += 1
    assert (tried, accepted) == (20 * 56 * 31, 0)


def test_two_neighbours_swapped_are_refused():
    key = recovery_key(SEED).replace("-", "")
    swapped = [
        key[:at] + key[at + 1] + key[at] + key[at + 2 :]
        for at in range(55)
        if key[at] != key[at + 1]
    ]
    assert [is_refused(text) for text in swapped] == [True] * len(swapped)


def test_two_groups_swapped_are_refused():
    groups = recovery_key(SEED).split("-")
    for at in range(13):
        swapped = [*groups[:at], groups[at + 1], groups[at], *groups[at + 2 :]]
        assert is_refused("-".join(swapped))


def test_a_seed_with_another_checksum_is_refused():
    text = base64.b32encode(SEED + b"\0\0\0").decode()
    assert hashlib.sha256(b"clinic-vault/recovery/v1" + SEED).digest()[:3] != b"\0\0\0"
    assert is_refused(text)


def test_the_checksum_has_24_bits():
    assert passphrases.CHECKSUM_BYTES * 8 == 24


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        (
            "fourteen chars",
            "Use at least 15 characters: several words that do not belong together.",
        ),
        (
            "  many   spaces  ",
            "Use at least 15 characters: several words that do not belong together.",
        ),
        ("aba aba aba aba aba", "Use more different characters: this one repeats a few."),
        (
            "Correct Horse Battery Staple",
            "This passphrase is well known. Choose words that nobody would guess.",
        ),
    ],
)
def test_a_weak_passphrase_is_refused_with_the_reason(passphrase, reason):
    with pytest.raises(WeakPassphrase) as refusal:
        check_strength(passphrase)
    assert str(refusal.value) == reason


@pytest.mark.parametrize("passphrase", ["fifteen letters", "plank otter seven velvet maple drum"])
def test_a_passphrase_that_is_long_and_uncommon_is_taken(passphrase):
    check_strength(passphrase)
