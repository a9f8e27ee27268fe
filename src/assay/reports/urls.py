"""Addresses of this room."""

from django.urls import path

from assay.reports.api import api
from assay.reports.pages import artefact, catalog, detectors, findings, ledger, portfolio, programme, search

urlpatterns = [
    path("", portfolio.portfolio_page, name="portfolio"),
    path("programmes/<slug:slug>", programme.programme_page, name="programme"),
    path("programmes/<slug:slug>/sweep", programme.sweep_page, name="programme-sweep"),
    path("programmes/<slug:slug>/verdict.json", programme.verdict_file, name="programme-verdict"),
    path("programmes/<slug:slug>/findings.sarif", programme.sarif_file, name="programme-sarif"),
    path("programmes/<slug:slug>/report.html", programme.report_file, name="programme-report"),
    path("programmes/<slug:slug>/badge.svg", programme.badge_file, name="programme-badge"),
    path("artefacts/<uuid:artefact_id>", artefact.artefact_page, name="artefact"),
    path("findings", findings.finding_list_page, name="findings"),
    path("findings/<uuid:finding_id>", findings.finding_detail_page, name="finding"),
    path("findings/<uuid:finding_id>/dispose", findings.finding_dispose_page, name="finding-dispose"),
    path("detectors", detectors.detectors_page, name="detectors"),
    path("detectors/<slug:name>", detectors.detector_page, name="detector"),
    path("ledger", ledger.ledger_page, name="ledger"),
    path("ledger/verify", ledger.verify_now, name="ledger-verify"),
    path("ledger/checkpoint", ledger.checkpoint_file, name="ledger-checkpoint"),
    path("ledger/events/<str:event>", ledger.event_page, name="event"),
    path("ledger/<int:index>", ledger.entry_page, name="entry"),
    path("ledger/<int:index>/proof", ledger.proof_file, name="entry-proof"),
    path("ledger/<int:index>/leaf", ledger.leaf_file, name="entry-leaf"),
    path("catalog", catalog.catalog_page, name="catalog"),
    path("catalog/frameworks/<str:framework>", catalog.framework_page, name="framework"),
    path("catalog/<path:ident>", catalog.item_page, name="catalog-item"),
    path("api/v1/", api.urls),
    path("search", search.search_page, name="search"),
    path("search/palette", search.palette, name="palette"),
    path("glossary", search.glossary_page, name="glossary"),
]
