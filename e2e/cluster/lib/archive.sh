# Owns the image archives (docker-archive, one layer), written with tar alone: no builder and no daemon is needed, the same
# content gives the same bytes, and containerd, docker, podman, buildah and kind all read them.
# Needs paths.sh.

# write_archive NAME LAYER.tar CONFIG-JSON TARGET: CONFIG is the image's "config" object, for example {"Entrypoint":["/pause"]}.
# dies here: TARGET is put in place by a rename, so a half-written archive is never found.
write_archive() {
  local name=$1 layer=$2 config=$3 target=$4 folder layer_id config_id
  folder=$(mktemp -d "$target.XXXXXX")
  layer_id=$(sha256sum "$layer" | cut -d' ' -f1)
  ln "$layer" "$folder/$layer_id.tar" 2>/dev/null || cp "$layer" "$folder/$layer_id.tar"
  printf '{"architecture":"%s","os":"linux","created":"2026-01-01T00:00:00Z","config":%s,"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(go_architecture)" "$config" "$layer_id" >"$folder/config"
  config_id=$(sha256sum "$folder/config" | cut -d' ' -f1)
  mv "$folder/config" "$folder/$config_id.json"
  printf '[{"Config":"%s.json","RepoTags":["%s"],"Layers":["%s.tar"]}]' "$config_id" "$name" "$layer_id" >"$folder/manifest.json"
  plain_tar "$folder/archive" -C "$folder" "$config_id.json" "$layer_id.tar" manifest.json
  put_in_place "$folder/archive" "$target"
  rm -rf "$folder"
}

# archive_id ARCHIVE: a name for the content, read from its index alone: that names configurations and layers by their sums.
archive_id() { tar --extract --to-stdout --file "$1" manifest.json | sha256sum | cut -c1-16; }

# archive_names ARCHIVE: the images in it, one a line.
archive_names() {
  tar --extract --to-stdout --file "$1" manifest.json | tr -d '[:space:]' | grep -o '"RepoTags":\[[^]]*\]' | grep -oE '"[^"]+:[^":]+"' | tr -d '"'
}

# plain_tar TARGET ARGUMENTS...: a tar without dates and owners.
plain_tar() {
  local target=$1
  shift
  tar --create --file "$target" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner "$@"
}

go_architecture() {
  case $(uname -m) in
    aarch64) echo arm64 ;;
    *) echo amd64 ;;
  esac
}
