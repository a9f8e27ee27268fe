#!/usr/bin/env bash
# Fetches what tests of packages run against: a SCORM run-time, published schemas, a QTI player. Not needed to use Assay.
set -euo pipefail
cd "$(dirname "$0")/../tests/players"
command -v npm >/dev/null || { echo "npm is not here; the tests that need it will say so"; exit 0; }
npm install --silent --ignore-scripts --no-audit --no-fund
