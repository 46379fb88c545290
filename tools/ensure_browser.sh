#!/usr/bin/env bash
# What the browser tests need of the system: Chromium, a Chinese font, and a library of Playwright's driver.
# Installs Debian's packages when we may, else says what is missing.
set -euo pipefail
packages="chromium fontconfig fonts-noto-cjk libatomic1"

is_complete() {
  command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q . &&
    /sbin/ldconfig -p | grep -q 'libatomic\.so\.1'
}

is_complete && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "安装浏览器测试所需的 $packages …" >&2
  # shellcheck disable=SC2086  # a list of words
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages; } >/dev/null
  exit 0
fi
echo "浏览器测试还需要系统软件: sudo apt-get install $packages" >&2
exit 1
