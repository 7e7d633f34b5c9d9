# Owns the choice of the local image builder, and what it knows.
# Needs say.sh, packages.sh.

# image_builder: docker where its daemon answers (the client alone builds nothing), else podman, else buildah; else nothing.
image_builder() {
  if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
    echo docker
  elif command -v podman >/dev/null; then
    echo podman
  elif command -v buildah >/dev/null; then
    echo buildah
  fi
}

# ensure_builder: prints the one that is there; where there is none, buildah is installed first.
ensure_builder() {
  [[ $(image_builder) ]] || ensure_packages buildah
  image_builder
}

# builder_knows BUILDER IMAGE
builder_knows() {
  case $1 in
    docker) docker image inspect "$2" >/dev/null 2>&1 ;;
    podman) podman image exists "$2" ;;
    buildah) buildah inspect --type image "$2" >/dev/null 2>&1 ;;
  esac
}

# builder_image_id BUILDER IMAGE: a name for the content.
builder_image_id() {
  case $1 in
    docker | podman) "$1" image inspect --format '{{.Id}}' "$2" ;;
    buildah) buildah inspect --type image --format '{{.FromImageID}}' "$2" ;;
  esac
}

# builder_imports BUILDER ARCHIVE
builder_imports() {
  case $1 in
    docker | podman) "$1" load --quiet --input "$2" >/dev/null ;;
    buildah) buildah pull --quiet "docker-archive:$2" >/dev/null ;;
  esac
}

# builder_exports BUILDER IMAGE ARCHIVE
builder_exports() {
  case $1 in
    docker | podman) "$1" save --output "$3" "$2" ;;
    buildah) buildah push --quiet "$2" "docker-archive:$3:$2" ;;
  esac
}
