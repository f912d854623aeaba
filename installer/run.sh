#!/usr/bin/env bash
# Prepares this copy of the program where that is still to be done, then runs it: bash installer/run.sh [ARGS]
set -euo pipefail
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/environment.sh"

prepare_environment ready
if [[ -z ${ANOMALYGPT_PACK_SOURCE:-} && -d $environment/packs ]]; then
    export ANOMALYGPT_PACK_SOURCE=$environment/packs
fi
exec "$python" "$project/main.py" "$@"
