"""The Django application of the room, and the records of it that the ledger attests."""

from django.apps import AppConfig

from assay.ledger import tracking


class AccountsConfig(AppConfig):
    name = "assay.accounts"
    label = "accounts"
    verbose_name = "Accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Attest every column but times of last use, which change without an entry."""
        tracking.track(self.get_model("Organization"), label="organization")
        tracking.track(self.get_model("Person"), exclude={"last_login"}, label="person")
        tracking.track(self.get_model("Membership"), label="membership")
        tracking.track(self.get_model("ApiToken"), exclude={"last_used_at"}, label="API token")
        tracking.track(self.get_model("SignInLink"), label="sign-in link")
        tracking.track(self.get_model("Passkey"), exclude={"sign_count", "last_used_at"}, label="passkey")
        tracking.track(self.get_model("PersonSignature"), exclude={"event_id"}, label="signature of a person")
