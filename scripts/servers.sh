# Sourced: starts and stops the throw-away MariaDB and Redis of a test run.
# Both listen on loopback alone, on a free port, with their data in a folder that is removed afterwards.

servers_dir=
server_pids=()

# Prints a port nobody listens on.
free_port() {
  node -e 's=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
}

# Prints the folder for throw-away data: memory when it has room, else the disk.
roomy_folder() {
  local folder free_kb
  for folder in /dev/shm "${TMPDIR:-/tmp}"; do
    [ -d "$folder" ] && [ -w "$folder" ] || continue
    free_kb=$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')
    if [ "$free_kb" -ge 2097152 ]; then
      echo "$folder"
      return
    fi
  done
  echo /var/tmp
}

# as_server CMD…: runs a server that dies with this shell. MariaDB refuses to run as root.
as_server() {
  local identity=()
  if [ "$(id -u)" = 0 ]; then
    identity=(--reuid="$server_user" --regid="$(id -g "$server_user")" --clear-groups)
  fi
  # A session of its own keeps Ctrl-C in the terminal from stopping the server under a running test.
  TMPDIR=$servers_dir exec setsid setpriv "${identity[@]}" --pdeathsig TERM "$@"
}

# wait_until CMD…: true as soon as CMD is, false after 60 seconds or when the last started server has died.
wait_until() {
  local deadline=$((SECONDS + 60)) pid=${server_pids[-1]}
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# server_failed NAME LOG: says why the server did not come up.
server_failed() {
  echo "$1 did not start; the end of its log:" >&2
  tail -n 20 "$2" >&2
  return 1
}

start_mariadb() {
  local port data=$servers_dir/mariadb log=$servers_dir/mariadb.log
  port=$(free_port)
  (as_server mariadb-install-db --no-defaults --datadir="$data" --skip-test-db --skip-name-resolve \
    --auth-root-authentication-method=normal) >"$log" 2>&1 || server_failed MariaDB "$log" || return
  # Nothing here outlives the run, so nothing waits for the disk.
  (as_server mariadbd --no-defaults --datadir="$data" --socket="$data/socket" --pid-file="$data/pid" \
    --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --skip-log-bin --max-connections=600 \
    --character-set-server=utf8mb4 --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 \
    --innodb-buffer-pool-size=256M --innodb-log-file-size=64M --innodb-fast-shutdown=2 \
    --table-open-cache=4000 --performance-schema=OFF) >>"$log" 2>&1 &
  server_pids+=($!)
  wait_until mariadb-admin --no-defaults -h127.0.0.1 -P"$port" -uroot ping || server_failed MariaDB "$log" || return
  export TEST_MARIADB_URL=mysql://root@127.0.0.1:$port
}

start_redis() {
  local port log=$servers_dir/redis.log
  port=$(free_port)
  (as_server redis-server --bind 127.0.0.1 --port "$port" --dir "$servers_dir" --save "" --appendonly no) >"$log" 2>&1 &
  server_pids+=($!)
  wait_until redis-cli -h 127.0.0.1 -p "$port" ping || server_failed Redis "$log" || return
  export TEST_REDIS_URL=redis://127.0.0.1:$port
}

# Starts what TEST_MARIADB_URL and TEST_REDIS_URL do not name already, and sets them.
start_servers() {
  PATH=$PATH:/usr/sbin
  if [ -n "${TEST_MARIADB_URL:-}" ] && [ -n "${TEST_REDIS_URL:-}" ]; then
    return
  fi
  server_user=$(id -un mysql 2>/dev/null || echo nobody)
  servers_dir=$(mktemp -d "$(roomy_folder)/maxmontaj67.XXXXXX")
  if [ "$(id -u)" = 0 ]; then chown "$server_user" "$servers_dir"; fi
  if [ -z "${TEST_MARIADB_URL:-}" ]; then start_mariadb || return; fi
  if [ -z "${TEST_REDIS_URL:-}" ]; then start_redis || return; fi
}

# Stops what start_servers started and removes its folder.
stop_servers() {
  trap '' INT TERM HUP
  local pid
  for pid in "${server_pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in "${server_pids[@]}"; do
    for _ in {1..50}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  server_pids=()
  if [ -n "$servers_dir" ]; then rm -rf "$servers_dir"; fi
}
