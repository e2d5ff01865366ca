"""Whether the static files that were collected are still those of their sources."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.management import call_command

# What becomes of a source, beside the source itself: how it is stored, and by which packages.
_RULES = ("clinic_site/storage.py", "clinic_site/settings/base.py", "requirements.txt")


def collect_if_changed() -> bool:
    """Run `collectstatic` unless nothing has changed since it last ended; returns whether it ran.

    A change is another name, size or time of a source. Where the storage keeps no manifest, as in
    tests, nothing need be collected.
    """
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return False
    stamp = Path(settings.VAR_DIR) / "static-sources"
    manifest = Path(settings.STATIC_ROOT) / staticfiles_storage.manifest_name
    if stamp.exists() and stamp.read_text(encoding="utf-8") == _digest(manifest):
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(_digest(manifest), encoding="utf-8")
    return True


def _digest(manifest: Path) -> str:
    """SHA-256 of every source's name, size and time, of the rules, and of what was made of them."""
    digest = hashlib.sha256(manifest.read_bytes() if manifest.exists() else b"")
    for finder in get_finders():
        for name, storage in finder.list(StaticFilesConfig.ignore_patterns):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    for rule in _RULES:
        digest.update((settings.BASE_DIR / rule).read_bytes())
    return digest.hexdigest()
