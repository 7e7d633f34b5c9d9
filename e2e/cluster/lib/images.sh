# Owns the images of the cluster itself (pause, CoreDNS, MinIO: each a binary alone) and their way into containerd.
# Needs tools.sh, archive.sh, member.sh.

OWN_IMAGES='pause coredns minio'

# image_archive NAME: the path of the cached archive of localhost/NAME:1, made when it is missing.
image_archive() {
  local name=$1 binary archive folder lock
  ensure_tool "$name"
  binary=$(tool_binary "$name")
  archive=$INTERMISSION_CACHE/images/$(basename "$(dirname "$binary")").tar
  mkdir -p "$(dirname "$archive")"
  exec {lock}>"$archive.lock"
  flock "$lock"
  if ! [[ -s $archive ]]; then
    folder=$(mktemp -d "$archive.XXXXXX")
    plain_tar "$folder/layer.tar" -C "$(dirname "$binary")" --mode=755 "$name"
    write_archive "localhost/$name:1" "$folder/layer.tar" "{\"Entrypoint\":[\"/$name\"]}" "$archive"
    rm -rf "$folder"
  fi
  exec {lock}>&-
  echo "$archive"
}

# import_archive NODE ARCHIVE
import_archive() {
  inside "$1" ctr --address /run/node/containerd.sock --namespace k8s.io images import - <"$2" >/dev/null
}

# import_own_images NODE: all at once, each once.
import_own_images() {
  local name jobs=() job
  for name in $OWN_IMAGES; do
    import_own_image "$1" "$name" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job"; done
}

import_own_image() {
  local archive note
  archive=$(image_archive "$2")
  note=$(member_folder "$1")/imported-$(basename "$archive" .tar)
  [[ -e $note ]] && return
  import_archive "$1" "$archive"
  : >"$note"
}
