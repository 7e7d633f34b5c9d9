# Owns the way of an image from a file or from the local builder into a cluster.
# Needs builder.sh and the backends. What was loaded is noted in STATE/loaded by its name, with the id of its content: an image
# of a gigabyte takes half a minute, and the quickstart loads the same ones every time. A note counts only while the nodes have
# an image of that name: the kubelet removes images when its disk is full.

load() {
  local image
  must_exist
  mkdir -p "$STATE/loaded"
  for image in "${ARGUMENTS[@]}"; do
    if [[ -f $image ]]; then load_file "$image"; else load_from_builder "$image"; fi
  done
}

load_file() {
  local archive=$1 id name names
  id="$(archive_id "$archive") $(node_names)"
  mapfile -t names < <(archive_names "$archive")
  if all_loaded "$id" "${names[@]}"; then
    say "$archive is loaded already"
    return
  fi
  "$(backend)_load" "$archive"
  for name in "${names[@]}"; do echo "$id" >"$(load_note "$name")"; done
  say "loaded $archive"
}

load_from_builder() {
  local image=$1 builder archive id
  builder=$(image_builder)
  if ! [[ $builder ]] || ! builder_knows "$builder" "$image"; then
    fail "there is no file '$image', and no image of that name in ${builder:-a builder (docker, podman or buildah)}." \
      "Build the image first, or name its archive."
  fi
  id="$(builder_image_id "$builder" "$image") $(node_names)"
  if all_loaded "$id" "$image"; then
    say "$image is there already"
    return
  fi
  archive=$(mktemp -u "${TMPDIR:-/tmp}/intermission-load.XXXXXX.tar")
  # The name is expanded now: the trap runs when this function is long gone.
  # shellcheck disable=SC2064
  trap "rm -f '$archive'" EXIT
  builder_exports "$builder" "$image" "$archive"
  "$(backend)_load" "$archive"
  rm -f "$archive"
  echo "$id" >"$(load_note "$image")"
  say "loaded $image"
}

load_note() { echo "$STATE/loaded/${1//\//+}"; }

node_names() { find "$STATE" -maxdepth 1 -name 'node*' -printf '%f\n' | sort | tr '\n' ' '; }

# all_loaded ID NAME...: every one of these names was loaded with this content, and the nodes still have it.
all_loaded() {
  local id=$1 name
  shift
  (($#)) || return
  for name in "$@"; do
    [[ $(cat "$(load_note "$name")" 2>/dev/null) == "$id" ]] && "$(backend)_has" "$name" || return
  done
}
