#!/bin/sh
# The command of a device: runs the Node that lies beside the code. Small spaces for new objects, one for all threads that the C library
# takes memory from, and being asked to collect when there is nothing to do keep an idle process small.
set -eu
self=$(readlink -f "$0")
here=${self%/*}
if [ -d "$here/current" ]; then here=$here/current; fi
program=command
case ${1:-} in
  run) program=main; shift ;;
esac
export MALLOC_ARENA_MAX=1
exec "$here/bin/node" --expose-gc --max-semi-space-size=1 --max-old-space-size=192 "$here/agent/$program.js" "$@"
