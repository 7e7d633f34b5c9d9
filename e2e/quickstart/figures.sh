# Owns the numbers of this run: collects samples, shows their medians beside the goals, and writes them where `./bench` writes its own.
# Needs terminal.sh.

declare -A samples=()

# sample METRIC VALUE
sample() { samples[$1]+="$2 "; }

# median METRIC: of all its samples; nothing when there is none.
median() {
  # shellcheck disable=SC2086 # a list of numbers
  printf '%s\n' ${samples[$1]:-} | sort -g | awk 'NF {v[++n] = $1} END {if (n) print n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2}'
}

rows=''

# row METRIC UNIT GOAL TEXT: one line of the table and of the file; "-" is no goal. A metric without samples is shown as missing, never left out.
row() {
  local value verdict='' bound="at most $3" goal=$3
  value=$(median "$1")
  [[ $goal != - ]] || bound='' goal=null
  if [[ ! $value ]]; then
    verdict="${yellow}not measured$plain"
  elif [[ $goal == null ]]; then
    :
  elif awk -v v="$value" -v g="$3" 'BEGIN {exit !(v <= g)}'; then
    verdict="${green}ok$plain"
  else
    verdict="${red}over$plain"
  fi
  printf '  %-58s %9s %-3s  %-14s %s\n' "$4" "${value:--}" "$2" "$bound" "$verdict"
  rows+="${rows:+,$'\n'}  {\"metric\": \"$1\", \"unit\": \"$2\", \"value\": ${value:-null}, \"goal\": $goal}"
}

# write_rows FILE
write_rows() {
  mkdir -p "$(dirname "$1")"
  printf '[\n%s\n]\n' "$rows" >"$1.new"
  mv "$1.new" "$1"
}
