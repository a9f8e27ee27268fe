#!/usr/bin/env bash
# Fetches what tests put the ledger to beside Python's packages: a verifier from npm. Not needed to use Assay.
set -euo pipefail
cd "$(dirname "$0")/../tests/conformance/verifiers"
command -v npm >/dev/null || { echo "npm is not here; the tests that need it will say so"; exit 0; }
npm install --silent --ignore-scripts --no-audit --no-fund
