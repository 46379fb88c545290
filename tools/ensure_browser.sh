#!/usr/bin/env bash
# Chromium and a Chinese font for the browser tests: installs Debian's when we may, else says what is missing.
set -euo pipefail
if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then
  exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "安装浏览器测试所需的 chromium 和中文字体 …" >&2
  { apt-get update && apt-get install -y --no-install-recommends chromium fontconfig fonts-noto-cjk; } >/dev/null
  exit 0
fi
echo "浏览器测试需要 chromium 和中文字体: sudo apt-get install chromium fonts-noto-cjk" >&2
exit 1
