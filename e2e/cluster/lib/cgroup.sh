# Owns the control groups, /intermission-<index>/<member>/...: everything that a member starts stays in its groups, containers
# included, which is how a member is ended for certain. Both versions of control groups, made directly (no systemd in between).
# Needs say.sh and wait.sh.

CGROUPS=/sys/fs/cgroup

cgroup_is_v2() { [[ -f $CGROUPS/cgroup.controllers ]]; }

# cgroup_trees: the mounted hierarchies. On version 1 the one that knows every process comes first; the empty version 2 tree
# that systemd keeps beside it is none of ours.
cgroup_trees() {
  local tree
  if cgroup_is_v2; then
    echo "$CGROUPS"
    return
  fi
  echo "$CGROUPS/freezer"
  for tree in "$CGROUPS"/*; do
    [[ -L $tree || $tree == */freezer || $tree == */unified || ! -f $tree/cgroup.procs ]] || echo "$tree"
  done
}

# make_cgroup PATH: relative, for example intermission-0/node1.
make_cgroup() {
  local tree path part
  for tree in $(cgroup_trees); do
    path=$tree
    for part in ${1//\// }; do
      if cgroup_is_v2; then hand_down_controllers "$path"; fi
      path+=/$part
      mkdir -p "$path"
      [[ $tree == */cpuset ]] && fill_cpuset "$path"
    done
  done
  return 0
}

# Version 2: a group offers its children what it names here. One at a time, since one that is missing would refuse the rest.
hand_down_controllers() {
  local controller
  for controller in cpu cpuset memory pids; do
    echo "+$controller" >"$1/cgroup.subtree_control" || :
  done 2>/dev/null
}

# Version 1: a group without processors and memory nodes takes no process.
fill_cpuset() {
  local file
  for file in cpuset.cpus cpuset.mems; do
    cat "$(dirname "$1")/$file" >"$1/$file"
  done
}

# enter_cgroup PATH: moves the calling (sub)shell.
enter_cgroup() {
  local tree
  for tree in $(cgroup_trees); do
    echo "$BASHPID" >"$tree/$1/cgroup.procs"
  done
}

# cgroup_processes PATH: all pids below.
cgroup_processes() {
  local tree
  tree=$(cgroup_trees | head -n 1)
  [[ ! -d $tree/$1 ]] || find "$tree/$1" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u
}

# set_frozen PATH yes|no: stops every process below at once, as a machine that hangs does, or lets all of them go on.
set_frozen() {
  if cgroup_is_v2; then
    if [[ $2 == yes ]]; then echo 1; else echo 0; fi >"$CGROUPS/$1/cgroup.freeze"
  else
    if [[ $2 == yes ]]; then echo FROZEN; else echo THAWED; fi >"$CGROUPS/freezer/$1/freezer.state"
  fi
}

# end_cgroup PATH: kills whatever is in it, thaws what was frozen, and removes it. Nothing to do is fine.
end_cgroup() {
  wait_until 20 "the end of the processes in /$1" kill_all_in_cgroup "$1"
  wait_until 10 "the removal of the control groups /$1" remove_cgroup "$1"
}

kill_all_in_cgroup() {
  local pids
  find "$CGROUPS/freezer/$1" -name freezer.state -exec sh -c 'echo THAWED >"$1"' - {} \; 2>/dev/null
  pids=$(cgroup_processes "$1")
  [[ $pids ]] || return 0
  # shellcheck disable=SC2086 # a list of numbers
  kill -KILL $pids 2>/dev/null
  return 1
}

# Also in the trees that we do not use: runc makes its groups in every one.
remove_cgroup() {
  local group
  for group in "$CGROUPS/$1" "$CGROUPS"/*/"$1"; do
    [[ ! -d $group ]] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
    [[ ! -d $group ]] || return 1
  done
}
