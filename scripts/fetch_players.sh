#!/usr/bin/env bash
# Fetches what tests of packages run against: a SCORM run-time, published schemas, a QTI player. Not needed to use Assay.
set -euo pipefail
cd "$(dirname "$0")/../tests/players"
command -v npm >/dev/null || { echo "npm is not here; the tests that need it will say so"; exit 0; }
if [ node_modules/.package-lock.json -nt package-lock.json ]; then exit 0; fi
npm ci --silent --ignore-scripts --no-audit --no-fund   # what the lock file names, by its digests, and nothing else
