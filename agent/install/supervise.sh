#!/bin/sh
# Where no systemd runs: starts the agent, and again when it dies, until it is told to stop. vartio-agent stop tells it.
child=
pause=1
trap 'kill -TERM "$child" 2>/dev/null; wait "$child"; exit 0' TERM INT HUP
while :; do
  began=$(date +%s)
  "$@" &
  child=$!
  wait "$child"
  [ $(($(date +%s) - began)) -lt 60 ] || pause=1
  sleep "$pause" &
  child=$!
  wait "$child"
  pause=$((pause * 2))
  # A guard that somebody keeps killing is away no longer than this.
  [ "$pause" -le 5 ] || pause=5
done
