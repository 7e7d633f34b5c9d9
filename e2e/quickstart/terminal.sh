# Owns what the person sees: colour and a moving bar on a terminal, plain lines of text everywhere else.

if [[ -t 1 && ${TERM:-dumb} != dumb && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' yellow=$'\e[33m' red=$'\e[31m' plain=$'\e[0m' live=1
else
  bold='' dim='' green='' yellow='' red='' plain='' live=''
fi

say() { printf '%s\n' "$*"; }
note() { say "  $dim$*$plain"; }
good() { say "  ${green}ok$plain  $*"; }
warn() { say "  $yellow!!$plain  $*"; }
heading() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }

# type_out COMMAND: shows the command that the person could have typed.
type_out() { say "  $bold\$ $*$plain"; }

# fail WHAT-HAPPENED REMEDY: ends the script.
fail() {
  bar_ends
  printf '\n%squickstart: %s%s\n            %s\n' "$red" "$1" "$plain" "$2" >&2
  exit 1
}

bar_shown='' bar_said=''

# bar DONE TOTAL PHASE TEXT: one line that moves on a terminal; elsewhere a new line for every tenth of the way and every phase.
bar() {
  local width=30 full=0 saying
  (($2 > 0)) && full=$(($1 * width / $2))
  if [[ $live ]]; then
    printf '\r\e[K  %s%s%s%s %s' "$green" "$(repeat "$full" '█')" "$plain$dim" "$(repeat $((width - full)) '░')$plain" "$(printf '%-10s' "$3") $4"
    bar_shown=1
  else
    saying=$3$(($2 > 0 ? $1 * 10 / $2 : 0))
    [[ $saying == "$bar_said" ]] || say "  [$(repeat "$full" '#')$(repeat $((width - full)) '.')] $(printf '%-10s' "$3") $4"
    bar_said=$saying
  fi
}

# bar_ends: the last state of the bar stays, and text goes on below it.
bar_ends() {
  [[ $bar_shown ]] && printf '\n'
  bar_shown='' bar_said=''
}

repeat() {
  local text
  printf -v text '%*s' "$1" ''
  printf '%s' "${text// /$2}"
}

# moment: seconds since 1970 with their fraction. elapsed FROM [TO]: the seconds between, with two digits.
moment() { printf '%s' "${EPOCHREALTIME/,/.}"; }
elapsed() { awk -v from="$1" -v to="${2:-$(moment)}" 'BEGIN {printf "%.2f", to - from}'; }
