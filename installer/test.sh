#!/usr/bin/env bash
# Prepares this copy of the program with its test tools, then checks it: bash installer/test.sh [PYTEST ARGS]
set -euo pipefail
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/environment.sh"

prepare_environment ready-for-tests --with-tests
if [[ -z ${ANOMALYGPT_PACK_SOURCE:-} && -d $environment/packs ]]; then
    export ANOMALYGPT_PACK_SOURCE=$environment/packs
fi
export QT_QPA_PLATFORM=${QT_QPA_PLATFORM:-offscreen}
cd -- "$project"

failed=()
check() {
    local name=$1
    shift
    echo "== $name"
    "$@" || failed+=("$name")
}

check "ruff check" "$python" -m ruff check
check "ruff format" "$python" -m ruff format --check
check "mypy" "$python" -m mypy
check "import-linter" "$python" "$environment/bin/lint-imports"
check "pytest" "$python" -m pytest "$@"

if ((${#failed[@]})); then
    echo "not green: ${failed[*]}" >&2
    exit 1
fi
