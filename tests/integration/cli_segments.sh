#!/usr/bin/env bash
# cli_segments.sh BUILD_DIR -- questions, added fields, saved segments, trends: cli_segments.golden, run
# and compared as cli_test.sh does.
exec bash "$(dirname "$0")/cli_test.sh" "${1:-${BIN:?usage: cli_segments.sh BUILD_DIR}}" cli_segments
