#!/bin/sh
# Runs every suite of this bundle with the node that it brings. See README.txt.
cd "$(dirname "$0")" && exec ./bin/node run.mjs "$@"
