# Shared by run.sh and test.sh: makes sure the environment is complete. The work is done by setup_environment.py; what
# stands here is the quick way for all later starts, which starts no Python. The names are those of layout.py.

installer=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" >/dev/null && pwd -P)
project=$(dirname -- "$installer")
environment=$project/.venv
python=$environment/bin/python

# Set for another Python (as ROS and some modules do), they would bring that one's packages into ours.
unset PYTHONPATH PYTHONHOME

describe_environment() {
    readlink -f -- "$python"
    cat -- "$installer/constraints.txt" "$project/pyproject.toml"
}

is_ready() {
    local stamp=$environment/$1
    [[ -x $python && -f $stamp ]] || return 1
    [[ -z ${ANOMALYGPT_TORCH:-} || $ANOMALYGPT_TORCH == "$(cat -- "$environment/torch-build")" ]] || return 1
    [[ $(<"$stamp") == "$(describe_environment)" ]]
}

find_python() {
    local candidate
    for candidate in ${ANOMALYGPT_PYTHON:+"$ANOMALYGPT_PYTHON"} python3.11 python3.12 python3.13 python3.14 python3 python; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    return 1
}

# prepare_environment STAMP [OPTION]: everything it prints goes to stderr.
prepare_environment() {
    if is_ready "$1"; then
        return
    fi
    local base
    if ! base=$(find_python); then
        echo "set-up: no Python 3.11 or newer was found: install one (Debian, Ubuntu: sudo apt install python3 python3-venv)," \
            "or name it in ANOMALYGPT_PYTHON, then run the same command again." >&2
        exit 2
    fi
    # -P keeps modules of the present folder from taking the place of the standard library's.
    PYTHONPATH=$project "$base" -P -m installer.setup_environment "${@:2}" >&2 || exit $?
}
