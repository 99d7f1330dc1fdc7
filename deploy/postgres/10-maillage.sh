#!/bin/bash
# The hub's login and database. A container of `postgres` runs this once, on an empty volume; elsewhere run it as a superuser of
# PostgreSQL, with the password in MAILLAGE_PASSWORD_FILE. The login may create the role of row-level security, and no more.
set -euo pipefail
password="$(cat "${MAILLAGE_PASSWORD_FILE:-/run/secrets/maillage.password}")"
psql -v ON_ERROR_STOP=1 --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname postgres --set "password=$password" <<'SQL'
CREATE ROLE maillage LOGIN CREATEROLE NOSUPERUSER NOCREATEDB PASSWORD :'password';
CREATE DATABASE maillage OWNER maillage TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE maillage FROM PUBLIC;
SQL
