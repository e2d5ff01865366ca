from django.urls import path

from . import views

app_name = "vault"
urlpatterns = [
    path("", views.index, name="index"),
    path("unlock/", views.unlock, name="unlock"),
    path("lock/", views.lock, name="lock"),
]
