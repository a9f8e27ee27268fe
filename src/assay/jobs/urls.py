"""Addresses of the room."""

from django.urls import path

from assay.jobs import pages

urlpatterns = [
    path("jobs", pages.job_list, name="jobs"),
    path("jobs/<uuid:job_id>", pages.job_detail, name="job"),
    path("jobs/<uuid:job_id>/cancel", pages.job_cancel, name="job-cancel"),
]
