# Where things lie. Nothing outside of these folders is kept between runs.

CLUSTER_HOME=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
INTERMISSION_STATE=${INTERMISSION_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/intermission}
INTERMISSION_CACHE=${INTERMISSION_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/intermission}

# content_key FILE...: a short name for the content of these files and for the processor they are built for.
content_key() {
  { cat -- "$@"; uname -m; } | sha256sum | cut -c1-12
}

# put_in_place FILE TARGET: what lies at TARGET is always whole.
# dies here: FILE stays behind under a temporary name and is never taken for TARGET.
put_in_place() {
  mv -f -- "$1" "$2"
}
