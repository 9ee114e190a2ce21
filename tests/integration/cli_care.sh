#!/usr/bin/env bash
# cli_care.sh BUILD_DIR -- attributes, consents, greetings and due lists: cli_care.golden, run and
# compared as cli_test.sh does.
exec bash "$(dirname "$0")/cli_test.sh" "${1:-${BIN:?usage: cli_care.sh BUILD_DIR}}" cli_care
