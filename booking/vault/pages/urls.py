from django.urls import path

from . import index, recovery, reviewers, screen, setup

app_name = "vault"
urlpatterns = [
    path("", index.index, name="index"),
    path("unlock/", index.unlock, name="unlock"),
    path("lock/", index.lock, name="lock"),
    path("stay/", screen.stay, name="stay"),
    path("away/", screen.away, name="away"),
    path("setup/", setup.choose, name="setup"),
    path("setup/sheet/", setup.sheet, name="setup_sheet"),
    path("access/request/", reviewers.request_access, name="request_access"),
    path("access/<uuid:pk>/give/", reviewers.give_access, name="give_access"),
    path("access/<uuid:pk>/remove/", reviewers.remove_reviewer, name="remove_reviewer"),
    path("passphrase/", reviewers.change_passphrase, name="change_passphrase"),
    path("recover/", recovery.recover, name="recover"),
    path("sheet/", recovery.new_sheet, name="new_sheet"),
]
