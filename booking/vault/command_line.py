"""How a command gets at the vault root: somebody's passphrase, typed blind or read from a file.

Never from the command line itself, where others could see it.
"""

import sys
from getpass import getpass
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError, CommandParser

from . import keyring, lifecycle
from .crypto import CannotOpen
from .limits import TooManyTries
from .permissions import can_unlock


def add_arguments(parser: CommandParser) -> None:
    """--user and --passphrase-file."""
    parser.add_argument("--user", help="the reviewer's username")
    parser.add_argument(
        "--passphrase-file", help="a file with the passphrase, instead of typing it"
    )


def user_and_root(options: dict[str, Any]) -> tuple[Any, bytes]:
    """The reviewer and the vault root, by the passphrase. Raises CommandError with the reason."""
    if not options["user"]:
        raise CommandError("Whose passphrase? Give --user.")
    user = get_user_model().objects.filter(username=options["user"]).first()
    if user is None or not can_unlock(user):
        raise CommandError("This user has no access to the vault.")
    try:
        return user, keyring.root_by_passphrase(user, passphrase(options))[1]
    except TooManyTries as error:
        raise CommandError("Too many wrong passphrases. Try again in 15 minutes.") from error
    except CannotOpen as error:
        raise CommandError("This passphrase does not open the vault.") from error


def root_by_recovery_key(file: str) -> bytes:
    """The vault root, by the recovery key in a file. Raises CommandError with the reason."""
    try:
        return lifecycle.root_by_recovery(_read(file))
    except CannotOpen as error:
        raise CommandError("This recovery key does not open the vault.") from error


def passphrase(options: dict[str, Any]) -> str:
    """Typed, or read from the file that is named. Raises CommandError with the reason."""
    if options["passphrase_file"]:
        return _read(options["passphrase_file"])
    try:
        return getpass("Passphrase of the vault: ", stream=sys.stderr)
    except EOFError as error:
        raise CommandError("No passphrase was typed; --passphrase-file reads one.") from error


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"The file {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"The file {file} holds no text.") from error
