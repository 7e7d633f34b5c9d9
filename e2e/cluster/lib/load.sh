# Owns the way of an image from a file or from the local builder into a cluster.
# Needs builder.sh and the backends. What was loaded by name is noted in STATE/loaded, by the id of its content: an image of a
# gigabyte takes half a minute, and the quickstart loads the same ones every time.

load() {
  local image
  must_exist
  mkdir -p "$STATE/loaded"
  for image in "${ARGUMENTS[@]}"; do
    if [[ -f $image ]]; then load_file "$image"; else load_from_builder "$image"; fi
  done
}

# A file may carry any name, so the notes are worth nothing after it.
load_file() {
  rm -f "$STATE"/loaded/*
  "$(backend)_load" "$1"
  say "loaded $1"
}

load_from_builder() {
  local image=$1 builder archive note id
  builder=$(image_builder)
  if ! [[ $builder ]] || ! builder_knows "$builder" "$image"; then
    fail "there is no file '$image', and no image of that name in ${builder:-a builder (docker, podman or buildah)}." \
      "Build the image first, or name its archive."
  fi
  id="$(builder_image_id "$builder" "$image") $(find "$STATE" -maxdepth 1 -name 'node*' -printf '%f ')"
  note=$STATE/loaded/${image//\//+}
  [[ $(cat "$note" 2>/dev/null) == "$id" ]] && say "$image is there already" && return
  archive=$(mktemp -u "${TMPDIR:-/tmp}/intermission-load.XXXXXX.tar")
  # The name is expanded now: the trap runs when this function is long gone.
  # shellcheck disable=SC2064
  trap "rm -f '$archive'" EXIT
  builder_exports "$builder" "$image" "$archive"
  "$(backend)_load" "$archive"
  rm -f "$archive"
  echo "$id" >"$note"
  say "loaded $image"
}
