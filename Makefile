# Every verb of a developer. `make` alone prints this help.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON := .venv/bin/python
export PYTHONPATH := $(CURDIR)
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup dev run test check lint types arch unit concurrency e2e bench bench-people docs pictures clean

help: ## 显示本帮助 (this help)
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | \
		while IFS='|' read -r verb about; do printf '  make %-12s %s\n' "$$verb" "$$about"; done

setup: ## 建立运行环境 (environment and browser libraries for running)
	@tools/bootstrap.sh run

dev: ## 建立开发环境 (… and the tools of developers)
	@tools/bootstrap.sh dev

run: export YIWANG_DEMO ?= 1
run: setup ## 启动平台并打印地址和演示账号 (start the platform)
	@exec $(PYTHON) -m yiwang.site.cli serve

test: dev check unit concurrency e2e ## 全部检查和测试 (every check and test)

check: dev lint arch types ## 代码检查：格式、规则、层次、类型 (lint, contracts, types)

lint:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m djlint yiwang --lint --quiet
	PATH="$(CURDIR)/.venv/bin:$$PATH" node_modules/.bin/tsc --project jsconfig.json

arch:
	$(PYTHON) -c 'from importlinter.cli import lint_imports_command as check; check()'

types:
	$(PYTHON) -m mypy

unit: dev ## 单元、动作、页面测试 (in parallel)
	$(PYTHON) -m pytest -n auto --dist worksteal --durations=20 -q --ignore=tests/concurrency --ignore=tests/e2e --ignore=tests/launcher

concurrency: dev ## 并发与启动测试 (real transactions, real processes; files in parallel)
	tools/ensure_redis.sh
	$(PYTHON) -m pytest -n auto --dist loadfile --durations=20 -q tests/concurrency tests/launcher

e2e: dev ## 浏览器测试 (headless Chromium)
	tools/ensure_browser.sh
	$(PYTHON) -m pytest -q tests/e2e

bench: dev ## 性能场景：make bench PEOPLE=300000
	$(PYTHON) -m bench.run
	$(PYTHON) -m bench.sight
	$(PYTHON) -m bench.directory

bench-people: dev ## 一万人的导入：make bench-people
	$(PYTHON) -m bench.people

docs: dev ## 生成参考文档 (reference pages)
	$(PYTHON) tools/write_registrations.py

pictures: dev ## 重拍文档图片：先 make run，再 make pictures (pictures of the running demonstration)
	tools/ensure_browser.sh
	$(PYTHON) tools/take_pictures.py http://127.0.0.1:$${YIWANG_PORT:-8000} $${YIWANG_HOME:-var}/demo-password docs/pictures

clean: ## 删除生成物，不含数据 (built things, not data)
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
