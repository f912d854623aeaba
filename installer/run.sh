#!/usr/bin/env bash
# Prepares this copy of the program where that is still to be done, then runs it: bash installer/run.sh [ARGS]
# --install-desktop puts it into the menu of this user's desktop instead, --uninstall-desktop takes it out again.
set -euo pipefail
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/environment.sh"

prepare_environment ready
if [[ -z ${ANOMALYGPT_PACK_SOURCE:-} && -d $environment/packs ]]; then
    export ANOMALYGPT_PACK_SOURCE=$environment/packs
fi
case ${1:-} in
--install-desktop | --uninstall-desktop)
    action=${1#--}
    PYTHONPATH=$project exec "$python" -P -m installer.desktop_entry "${action%-desktop}"
    ;;
esac
exec "$python" "$project/main.py" "$@"
