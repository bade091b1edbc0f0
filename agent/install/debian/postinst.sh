#!/bin/sh
# The files lie there. What is left is the agent's own work, the same as when it is installed by its command.
set -e
case "$1" in
  configure | abort-upgrade | abort-remove | abort-deconfigure) /opt/vartio-agent/package/vartio-agent configure ;;
esac
