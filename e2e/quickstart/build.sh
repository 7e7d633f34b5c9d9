# Owns the Maven build: it runs only when something that it reads is not what it was when it last succeeded.
# Needs terminal.sh.

BUILT=target/quickstart.built

# build_sources: afterwards every module's target/image holds what its image is made of.
build_sources() {
  local log=target/quickstart-build.log
  if [[ $(cat "$BUILT" 2>/dev/null) == "$(build_key)" ]]; then
    note "nothing has changed since they were built"
    return
  fi
  rm -f "$BUILT" # dies here or below: without the note the next build asks Maven again
  mkdir -p target
  note "mvn package, without the tests; its words go to $log"
  mvn --batch-mode --no-transfer-progress package -DskipTests -Dmaven.test.skip >"$log" 2>&1 ||
    fail "the build failed: $(grep -m 3 -F '[ERROR]' "$log")" "All of it is in $log."
  build_key >"$BUILT.new"
  mv "$BUILT.new" "$BUILT"
}

# build_key: what Maven reads (sources, JDKs) and what it left: a build by hand in between, or a clean, shows in the latter.
# What is not there on this machine counts as nothing.
build_key() {
  {
    find pom.xml build crds checkpoint control operator trainer-image cli helm -name target -prune -o -name '.*' -prune -o -type f -print0 |
      sort --zero-terminated | xargs --null sha256sum || :
    cat /usr/lib/jvm/*/release "${JAVA25_HOME:-/nowhere}/release" "$HOME/.m2/toolchains.xml" || :
    sha256sum operator/target/image.key trainer-image/{agent,djl}/target/image.key || :
  } 2>/dev/null | sha256sum
}
