"""Addresses of the room."""

from django.urls import path

from assay.accounts import pages, pages_passkeys

urlpatterns = [
    path("sign-in", pages.sign_in_page, name="sign-in"),
    path("sign-in/passkey", pages_passkeys.passkey_sign_in, name="sign-in-passkey"),
    path("sign-in/<str:secret>", pages.sign_in_link_page, name="sign-in-link"),
    path("sign-out", pages.sign_out, name="sign-out"),
    path("organizations", pages.organization_list, name="organizations"),
    path("people", pages.person_list, name="people"),
    path("people/pseudonyms", pages.people_pseudonyms, name="people-pseudonyms"),
    path("people/<uuid:membership_id>/role", pages.person_role, name="person-role"),
    path("people/<uuid:membership_id>/end", pages.person_end, name="person-end"),
    path("people/<uuid:membership_id>/link", pages.person_link, name="person-link"),
    path("tokens", pages.token_list, name="tokens"),
    path("tokens/<uuid:token_id>/revoke", pages.token_revoke, name="token-revoke"),
    path("profile", pages.profile, name="profile"),
    path("profile/passkeys", pages_passkeys.passkey_add, name="passkey-add"),
    path("profile/passkeys/<uuid:passkey_id>/remove", pages_passkeys.passkey_remove, name="passkey-remove"),
]
