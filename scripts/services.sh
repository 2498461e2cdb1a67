# Finds or starts what the tests talk to: PostgreSQL, Chromium and Tesseract, from Debian's packages when missing.
# Sourced by the Makefile; works in plain sh.

say() { printf '%s\n' "$*" >&2; }

apt_install() {
  command -v apt-get >/dev/null 2>&1 || { say "Không có apt-get: hãy tự cài $*. | No apt-get here: install $* yourself."; return 2; }
  run=""
  [ "$(id -u)" = 0 ] || run="sudo -n"
  say "Đang cài $* … | Installing $* …"
  { $run apt-get update -qq && DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq "$@"; } >/dev/null 2>&1 ||
    { say "Không cài được $*: hãy cài bằng quyền quản trị rồi chạy lại. | Could not install $*: install it as an administrator and run again."; return 2; }
}

need_chromium() {
  for name in "${LIENTHONG_CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
    if found=$(command -v "$name" 2>/dev/null); then LIENTHONG_CHROMIUM=$found; export LIENTHONG_CHROMIUM; return 0; fi
  done
  apt_install chromium || return 2
  LIENTHONG_CHROMIUM=$(command -v chromium); export LIENTHONG_CHROMIUM
}

need_tesseract() {
  if command -v tesseract >/dev/null 2>&1 && tesseract --list-langs 2>/dev/null | grep -qx vie; then return 0; fi
  apt_install tesseract-ocr tesseract-ocr-vie
}

postgresql_answers() {
  .venv/bin/python - "$1" <<'PY' >/dev/null 2>&1
import sys, psycopg
with psycopg.connect(sys.argv[1], connect_timeout=2) as c:
    assert c.info.server_version >= 150000
    assert c.execute("select rolcreatedb or rolsuper from pg_roles where rolname = current_user").fetchone()[0]
PY
}

need_postgresql() {
  url=${LIENTHONG_TEST_POSTGRESQL:-postgresql://postgres@127.0.0.1:5432/postgres}
  if postgresql_answers "$url"; then LIENTHONG_TEST_POSTGRESQL=$url; export LIENTHONG_TEST_POSTGRESQL; return 0; fi
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -z "$bin" ]; then
    apt_install postgresql || return 2
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  fi
  # a cluster of our own, in a scratch folder, on a port of its own, stopped when the shell that sourced us ends
  scratch=$(mktemp -d) && chmod 755 "$scratch"
  as=""
  if [ "$(id -u)" = 0 ]; then chown postgres "$scratch"; as="runuser -u postgres --"; fi
  port=55432
  $as "$bin/initdb" -D "$scratch/data" -U postgres -A trust -E UTF8 >/dev/null &&
    $as "$bin/pg_ctl" -D "$scratch/data" -w -l "$scratch/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$scratch -c fsync=off" start >/dev/null ||
    { say "Không khởi động được PostgreSQL; xem $scratch/log. | PostgreSQL did not start; see $scratch/log."; return 2; }
  trap '$as "$bin/pg_ctl" -D "$scratch/data" -m immediate stop >/dev/null 2>&1; rm -rf "$scratch"' EXIT
  LIENTHONG_TEST_POSTGRESQL=postgresql://postgres@127.0.0.1:$port/postgres; export LIENTHONG_TEST_POSTGRESQL
}
