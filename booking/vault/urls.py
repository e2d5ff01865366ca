from django.urls import path

from . import recovery_views, reviewer_views, setup_views, views

app_name = "vault"
urlpatterns = [
    path("", views.index, name="index"),
    path("unlock/", views.unlock, name="unlock"),
    path("lock/", views.lock, name="lock"),
    path("setup/", setup_views.choose, name="setup"),
    path("setup/sheet/", setup_views.sheet, name="setup_sheet"),
    path("access/request/", reviewer_views.request_access, name="request_access"),
    path("access/<uuid:pk>/give/", reviewer_views.give_access, name="give_access"),
    path("access/<uuid:pk>/remove/", reviewer_views.remove_reviewer, name="remove_reviewer"),
    path("passphrase/", reviewer_views.change_passphrase, name="change_passphrase"),
    path("recover/", recovery_views.recover, name="recover"),
    path("sheet/", recovery_views.new_sheet, name="new_sheet"),
]
