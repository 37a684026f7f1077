# Sourced by ./run, ./test and ./trunkline: sees that this machine has what is needed, and builds what has changed.
# shellcheck shell=bash

say() { printf '%s\n' "$*" >&2; }

# need_packages LIST...: installs the Debian packages named in the list files that are not there yet.
need_packages() {
  local wanted missing=() package
  mapfile -t wanted < <(sed 's/#.*//' "$@" | awk 'NF { print $1 }')
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' 2>/dev/null | awk '$1 == "installed" { print $2 }') || installed=
  for package in "${wanted[@]}"; do
    grep -qxF "$package" <<<"$installed" || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    say "Missing: ${missing[*]}. This machine has no apt-get; install the same programs by its own means, then run this again."
    return 1
  fi
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo -n)
    else
      say "Missing: ${missing[*]}"
      say "Install them with: sudo apt-get install --no-install-recommends ${missing[*]}"
      return 1
    fi
  fi
  say "Installing ${#missing[@]} Debian packages: ${missing[*]}"
  local log
  log=$(mktemp)
  # Postfix and its like must not ask questions, nor start a daemon of their own.
  if ! { "${as_root[@]}" apt-get update -q && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
      apt-get install -y -q --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    say "The packages could not be installed; the whole log is in $log."
    return 1
  fi
  rm -f "$log"
}

need_dotnet() {
  if ! command -v dotnet >/dev/null; then
    say "The .NET SDK 10 is missing: https://learn.microsoft.com/dotnet/core/install/linux-debian"
    return 1
  fi
  local version
  version=$(dotnet --version 2>/dev/null || true)
  case "$version" in
    1[0-9].*) ;;
    *) say "The .NET SDK 10 is needed; this is ${version:-none}."; return 1 ;;
  esac
}

# build STAMP PROJECT: a release build, left out when no source is newer than the last one.
build() {
  local stamp=.build/$1 project=$2 log
  mkdir -p .build
  if [ -e "$stamp" ] && [ -z "$(find Directory.Build.props Directory.Packages.props .editorconfig BannedSymbols.txt Trunkline.slnx src tests bench \
      \( -name bin -o -name obj \) -prune -o -type f -newer "$stamp" -print -quit 2>/dev/null)" ]; then
    return 0
  fi
  say "Building (a first time takes a minute or two)…"
  log=.build/$1.log
  touch "$stamp.new"
  if ! dotnet build "$project" -c Release --nologo -v q -clp:NoSummary >"$log" 2>&1; then
    grep -E ' error ' "$log" | sort -u | head -n 20 >&2
    say "The build failed; the whole log is in $log."
    return 1
  fi
  mv "$stamp.new" "$stamp"
}
