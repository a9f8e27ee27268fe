"""Addresses of this room. Special pages come before the registers, whose slugs follow `system/`."""

from django.urls import path

from assay.registers.pages import drafts, due, home, impacts, importing, obligations, records, reviews, soa, starting
from assay.registers.special_urls import urlpatterns as special

urlpatterns = [
    *special,
    path("system", home.system_page, name="system"),
    path("system/measure", home.measure_page, name="system-measure"),
    path("system/due", due.due_page, name="system-due"),
    path("system/reading", due.reading_page, name="system-reading"),
    path("system/reading/<uuid:record_id>", due.acknowledge_page, name="document-acknowledge"),
    path("system/rules", home.rules_page, name="system-rules"),
    path("system/start", starting.start_page, name="system-start"),
    path("system/obligations", obligations.obligations_page, name="obligations"),
    path("system/soa", soa.soa_page, name="soa"),
    path("system/soa/open", soa.soa_open_page, name="soa-open"),
    path("system/soa/issue", soa.statement_issue_page, name="soa-issue"),
    path("system/soa/compare", soa.compare_page, name="soa-compare"),
    path("system/soa/export/<slug:wanted>", soa.soa_export_page, name="soa-export"),
    path("system/soa/controls/<str:control>", soa.soa_decide_page, name="soa-decide"),
    path("system/impacts/new", impacts.impact_new_page, name="impact-new"),
    path("system/impacts/<uuid:record_id>", impacts.impact_summary_page, name="impact"),
    path("system/impacts/<uuid:record_id>/publish", impacts.impact_publish_page, name="impact-publish"),
    path("system/impacts/<uuid:record_id>/<slug:step>", impacts.impact_step_page, name="impact-step"),
    path("system/reviews/<uuid:record_id>", reviews.review_page, name="review"),
    path("system/reviews/<uuid:record_id>/fill", reviews.review_fill_page, name="review-fill"),
    path("system/reviews/<uuid:record_id>/hold", reviews.review_hold_page, name="review-hold"),
    path("public/impacts/<str:address>", impacts.public_impact_page, name="public-impact"),
    path("system/records/<uuid:record_id>", records.record_detail_page, name="record"),
    path("system/records/<uuid:record_id>/edit", records.record_edit_page, name="record-edit"),
    path("system/records/<uuid:record_id>/draft", drafts.record_draft_page, name="record-draft"),
    path("system/records/<uuid:record_id>/move", records.record_move_page, name="record-move"),
    path("system/records/<uuid:record_id>/retire", records.record_retire_page, name="record-retire"),
    path("system/records/<uuid:record_id>/comment", records.comment_page, name="record-comment"),
    path("system/records/<uuid:record_id>/evidence", records.evidence_page, name="record-evidence"),
    path("system/evidence/<uuid:evidence_id>/retire", records.evidence_retire_page, name="evidence-retire"),
    path("system/registers/<slug:register>", records.register_page, name="register"),
    path("system/registers/<slug:register>/new", records.record_new_page, name="record-new"),
    path("system/registers/<slug:register>/draft", drafts.new_draft_page, name="register-draft"),
    path("system/registers/<slug:register>/bulk", records.bulk_page, name="register-bulk"),
    path("system/registers/<slug:register>/filter", records.filter_page, name="register-filter"),
    path("system/registers/<slug:register>/import", importing.import_page, name="register-import"),
    path("system/imports/<uuid:run_id>", importing.run_page, name="import"),
    path("system/imports/<uuid:run_id>/apply", importing.apply_page, name="import-apply"),
    path("system/imports/<uuid:run_id>/undo", importing.undo_page, name="import-undo"),
]
