#!/usr/bin/env bash
# Make the virtual environment, or say in one line what the machine lacks for it.
set -u
python="$1" venv="$2"

if ! command -v "$python" >/dev/null; then
  echo "Corredor needs Python 3.11 or newer. On Debian and Ubuntu: sudo apt-get install python3 python3-venv" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "Corredor needs Python 3.11 or newer; $python is $("$python" -V 2>&1). Name another: make run PYTHON=python3.12" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  # Debian and Ubuntu keep the module that makes environments in a package of its own.
  package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get install -y -qq "$package" >/dev/null || { apt-get update -qq && apt-get install -y -qq "$package" >/dev/null; }
  else
    echo "Making the environment needs one package: sudo apt-get install $package" >&2
    exit 1
  fi
fi
exec "$python" -m venv "$venv"
