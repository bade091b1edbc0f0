#!/bin/sh
# While it is upgraded the version before goes on protecting: it lies beside the package's files, and is left only when the new one starts.
set -e
case "$1" in
  remove) /opt/vartio-agent/package/vartio-agent deconfigure ;;
esac
