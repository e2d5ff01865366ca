"""The keys at rest. Nothing here opens anything without a passphrase or the recovery sheet."""

import uuid

from django.conf import settings
from django.db import models

from .crypto import SUITE_HYBRID


class Vault(models.Model):
    """The one vault of the clinic and the key that checks its manifests."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Unique and always true: the database holds one vault at the most.
    singleton = models.BooleanField(default=True, unique=True, editable=False)
    verify_key = models.BinaryField(max_length=32)
    # Made by quickstart, whose passphrases lie in a file: never to be used in production.
    is_trial = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        permissions = [("use_vault", "Can unlock the vault when given access")]

    def __str__(self) -> str:
        return "Vault"


class Epoch(models.Model):
    """A key pair that requests are sealed to for a while. Without its wrap it opens nothing."""

    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="epochs")
    number = models.PositiveIntegerField()
    suite = models.PositiveSmallIntegerField(default=SUITE_HYBRID)
    public_key = models.BinaryField()
    key_id = models.BinaryField(max_length=8, unique=True)
    wrapped_seed = models.BinaryField(null=True)
    manifest = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["vault", "number"], name="vault_epoch_number_once")
        ]

    def __str__(self) -> str:
        return f"Epoch {self.number}"


class Reviewer(models.Model):
    """Somebody who can be given access: a person with a passphrase, or the recovery sheet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vault = models.ForeignKey(Vault, on_delete=models.CASCADE, related_name="reviewers")
    # Empty for the recovery sheet.
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="vault_reviewer",
    )
    public_key = models.BinaryField()
    wrap = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        ordering = ["created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, wrap__isnull=True)
                | models.Q(user__isnull=False, wrap__isnull=False),
                name="vault_reviewer_is_person_or_recovery",
            )
        ]

    def __str__(self) -> str:
        return str(self.user) if self.user_id else "Recovery sheet"


class Grant(models.Model):
    """The vault root sealed to one reviewer. Deleting it takes the access away."""

    reviewer = models.OneToOneField(Reviewer, on_delete=models.CASCADE, related_name="grant")
    sealed_root = models.BinaryField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Grant of {self.reviewer_id}"


class VaultSession(models.Model):
    """One half of an unlocked vault; the other half is the reviewer's cookie."""

    session_digest = models.BinaryField(primary_key=True, max_length=32)
    # Gone with the grant: losing access locks at once.
    grant = models.ForeignKey(Grant, on_delete=models.CASCADE, related_name="sessions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    wrapped_root = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Unlocked by {self.user_id}"
