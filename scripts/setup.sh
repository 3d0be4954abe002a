#!/bin/sh
# Installs what Sluice needs and builds it. Safe to run again: a second run only checks.
#   sh scripts/setup.sh [--with-tests] [--with-bench] [--with-infer]
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: error: %s\n' "$*" >&2; exit 1; }

list_packages() { sed -e 's/#.*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$@"; }
missing_packages() {
  for package in $(list_packages "$@"); do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
  done
}

lists=scripts/packages.txt
detector=''
for option; do
  case $option in
    --with-tests) lists="$lists scripts/packages-test.txt" detector=wanted ;;
    --with-infer) detector=wanted ;;
    --with-bench) lists="$lists scripts/packages-bench.txt" ;;
    *) die "unknown option $option" ;;
  esac
done

command -v node >/dev/null 2>&1 || die "Node.js is missing. Install Node.js 20.19 or newer (https://nodejs.org) and run this again."
node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)' ||
  die "Node.js $(node -v) is too old. Install Node.js 20.19 or newer and run this again."

# shellcheck disable=SC2086  # the lists are separate words on purpose
if command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
  missing=$(missing_packages $lists)
  if [ -n "$missing" ]; then
    say "installing from Debian: $missing"
    as_root=''
    if [ "$(id -u)" -ne 0 ]; then
      command -v sudo >/dev/null 2>&1 || die "these packages are missing and neither root nor sudo is available: $missing"
      as_root=sudo
    fi
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q || say "the package lists could not be refreshed; trying with the old ones"
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing ||
      die "apt-get could not install: $(missing_packages $lists)"
    still=$(missing_packages $lists)
    [ -z "$still" ] || die "still missing after the installation: $still"
  else
    say "Debian packages: all there"
  fi
else
  say "this is not a Debian system; these packages, or your system's equivalents, are needed:"
  list_packages $lists | sed 's/^/  /'
  command -v gst-inspect-1.0 >/dev/null 2>&1 || die "gst-inspect-1.0 is not on the PATH: install GStreamer 1.22 or newer as listed above"
fi

# Installed as a package there is nothing more to do here: npm installs and compiles in the project around it.
if [ ! -f package-lock.json ]; then
  say "done. If npm installed Sluice before these packages were there, run 'npm rebuild' in your project now"
  exit 0
fi

# The compilers are a process group of their own, which does not run on when the build fails or somebody ends this.
compiler=''
stop_compiler() { [ -z "$compiler" ] || kill -- "-$compiler" 2>/dev/null || true; }
trap stop_compiler EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# node_modules is made anew when the lock file or the Node.js version has changed.
stamp="node_modules/.sluice-setup"
wanted="$(node -p 'process.version + " " + process.arch') $(cksum <package-lock.json)"
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$wanted" ]; then
  say "installing npm packages"
  # Optional ones too: the SQLite driver for newer versions of Node.js is one of them. No scripts: those that are needed run below.
  npm ci --ignore-scripts --include=optional --no-audit --no-fund --loglevel=error || die "npm ci failed; its messages are above"
  say "compiling the native parts of npm packages, and building (one to two minutes)"
  compiled=node_modules/.sluice-compiled
  setsid sh scripts/compile-native.sh >"$compiled" 2>&1 &
  compiler=$!
else
  say "npm packages: all there"
  say "building"
fi

sh scripts/build.sh

if [ -n "$compiler" ]; then
  status=0
  wait "$compiler" || status=$?
  compiler=''
  if [ "$status" -ne 0 ]; then
    cat "$compiled" >&2
    die "the native parts of npm packages could not be compiled; the messages are above"
  fi
  printf '%s\n' "$wanted" >"$stamp"
fi

if [ -n "$detector" ]; then
  say "the detector of sluice infer"
  node dist/engine/cli/main.js infer --install || die "the detector could not be installed; npm's messages are above"
fi
say "done"
