#!/bin/sh
# Compiles what the npm packages have in C++, after an `npm ci --ignore-scripts`.
set -eu
cd "$(dirname "$0")/.."

# Against the headers that came with this Node.js, if they did, rather than a download.
node_prefix=$(node -p 'require("node:path").dirname(require("node:path").dirname(process.execPath))')
if [ -f "$node_prefix/include/node/node.h" ]; then export npm_config_nodedir="$node_prefix"; fi

# The SQLite driver that engine/store/sqlite-driver.ts takes; version 13 brings its native part along for the usual systems.
if node -e 'process.exit(Number(process.versions.napi) >= 10 ? 0 : 1)'; then
  sqlite=better-sqlite3-13
  if [ ! -d "node_modules/$sqlite" ]; then
    echo "npm could not fetch $sqlite, which Node.js $(node -v) needs; try 'npm ci --include=optional' for its messages"
    exit 1
  fi
  if ! node -e 'new (require(process.argv[1]))(":memory:")' "$sqlite" 2>/dev/null; then
    (cd "node_modules/$sqlite" && npm run build-release --loglevel=error)
  fi
  addons='gstreamer-superficial/build/Release/gstreamer-superficial.node'
else
  addons='better-sqlite3/build/Release/better_sqlite3.node gstreamer-superficial/build/Release/gstreamer-superficial.node'
fi

for addon in $addons; do
  npm rebuild "${addon%%/*}" --loglevel=error
  if [ ! -f "node_modules/$addon" ]; then
    echo "npm did not compile ${addon%%/*}: its install script was not allowed to run; try 'npm install-scripts approve ${addon%%/*}'"
    exit 1
  fi
done
