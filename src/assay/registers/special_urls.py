"""Addresses of the pages that look across registers: risks, crosswalk, life cycle, graph."""

from django.urls import path

from assay.registers.pages import crosswalk, documentation, graph, lifecycle, risks

urlpatterns = [
    path("system/risks/matrix", risks.matrix, name="risk-matrix"),
    path("system/risks/losses", risks.losses, name="risk-losses"),
    path("system/crosswalk", crosswalk.overview, name="crosswalk"),
    path("system/crosswalk/<slug:framework>", crosswalk.framework, name="crosswalk-framework"),
    path("system/lifecycle", lifecycle.lifecycle, name="lifecycle"),
    path("system/documentation/<uuid:record_id>", documentation.documentation_page, name="system-documentation"),
    path("system/graph", graph.system_graph, name="system-graph"),
    path("system/records/<uuid:record_id>/graph", graph.record_graph, name="record-graph"),
]
