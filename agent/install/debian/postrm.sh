#!/bin/sh
# Nothing of the agent is there any more to do this: who the device is goes, and what waited to be sent.
set -e
case "$1" in
  purge)
    data=/var/lib/vartio-agent
    rm -rf /etc/vartio-agent /run/vartio-agent "$data/agent" "$data/spool" "$data/lists"
    # Files in quarantine belong to somebody.
    if find "$data/guard/quarantine" -name '*.record' 2>/dev/null | grep -q .; then
      echo "Files stay in quarantine: $data/guard/quarantine"
    else
      rm -rf "$data"
    fi
    ;;
esac
