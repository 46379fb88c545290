#!/usr/bin/env bash
# The tests of news by Redis need its server. Installs Debian's package when we may, else says what is missing.
set -euo pipefail

command -v redis-server >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "安装测试所需的 redis-server …" >&2
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends redis-server; } >/dev/null
  exit 0
fi
echo "并发与启动测试还需要系统软件: sudo apt-get install redis-server" >&2
exit 1
