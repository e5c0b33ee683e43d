# Every target sets up what it needs; on a bare machine: python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
YEAR   ?= 2013
READY  := $(VENV)/.ready
CORES  ?= 2

# What is run by `make` is compiled once, and not in each of the processes that it starts.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup pack test test-all quick bench lint lab demo notebooks picture lock browser office wheel clean

help:
	@echo "make pack [YEAR=2013]   the whole pack: reports/<year>/index.html"
	@echo "make test               the checks (a browser is used where there is one)"
	@echo "make test-all           the same of all pages and papers, where those are of the longest"
	@echo "make quick              linters and the core's tests"
	@echo "make setup | lint | bench | lab | demo | wheel | lock | browser | office | clean"

setup: $(READY)

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'yxq needs Python 3.11 or newer, this is ' + sys.version.split()[0] + '; try: make PYTHON=python3.12')"
	@echo "setting up $(VENV), once: the packages of requirements.lock, a minute or a few ..."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

pack: setup
	$(BIN)/yxq pack --year $(YEAR)

# A thread a process: libraries that each take all cores would only fight.
test: export OMP_NUM_THREADS = 1
test: setup lint
	$(BIN)/python -m pytest -n $(CORES) --dist loadfile -p no:nbval

# With every town printed and every paper laid out, where `make test` takes the longest of them.
test-all: export YXQ_TEST_ALL = 1
test-all: test

# The core (words, stats, plan, attainment) while it is being changed.
quick: setup lint
	$(BIN)/python -m pytest -q -n $(CORES) --dist load -p no:nbval -m "not slow" tests/words tests/stats tests/plan tests/plan_folders tests/attainment

# How fast, in ratios, side by side in one run (some minutes, 3 GB of disk).
bench: setup
	$(BIN)/python tools/bench.py

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports

# JupyterLab on the tour, with this environment's Python as its kernel, over the returns in data/raw.
# As root, or without a browser here: make lab LAB="--allow-root --no-browser"
lab: setup
	$(BIN)/yxq lab $(LAB)

# The committed returns under data/raw, made again (byte for byte the same).
notebooks: setup
	$(BIN)/python tools/refresh_notebooks.py

demo: setup
	$(BIN)/yxq demo --out data/raw

# What is installed elsewhere: dist/yxq-<version>-py3-none-any.whl, and what it is built of.
wheel: setup
	@rm -rf dist build
	$(BIN)/python -c "from setuptools.build_meta import build_sdist; build_sdist('dist')" >/dev/null
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .
	@rm -rf build && ls dist/*

# Pinned versions for every platform, with hashes and without any address.
lock:
	uv pip compile --universal --generate-hashes --no-annotate --no-header \
	    --python-version 3.11 --extra dev pyproject.toml -o requirements.lock

# The README's picture, of a page as it is now.
picture: pack
	$(BIN)/python tools/picture.py

# What the page checks look through (Debian and its kin, as root): Chromium, and axe-core, which npm brings.
WANTED = $(shell command -v chromium >/dev/null || echo chromium) $(shell command -v npm >/dev/null || echo npm)
browser:
	@test -z "$(strip $(WANTED))" || (apt-get -qq update && apt-get -qq install -y --no-install-recommends $(WANTED) >/dev/null)
	@cd tests/system/web && npm ci --silent

# What the tests of blank forms and papers open them with (Debian and its kin, as root).
office:
	@(command -v localc && command -v loimpress && command -v lowriter) >/dev/null || (apt-get -qq update && apt-get -qq install -y --no-install-recommends libreoffice-calc libreoffice-impress libreoffice-writer >/dev/null)

clean:
	rm -rf $(VENV) reports build dist *.egg-info
	find data/processed -mindepth 1 ! -name .gitignore -delete
