// Follows docs/admin/install.md: its commands and its files, with places in a throw-away folder instead of the system's own.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { createServer, type AddressInfo } from "node:net";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { tmpdir } from "node:os";
import { binary, type Crm, end, greeting, type Role, root, token, type User } from "./crm";

export const guide = join(root, "docs/admin/install.md");
export const files = join(root, "docs/admin/files");

/** What one installation may change in the guide's files, to plant a fault. */
export type Changes = { site?: (text: string) => string; withoutMpm?: boolean; http2?: boolean };

/** The product installed as the guide says. */
export type Installation = Crm & {
  /** The same system past Apache, to fill it with data. */
  direct: Crm;
  /** The folder in which `/etc`, `/usr/local` and `/var` of this installation are. */
  place: string;
  /** The addresses without and with TLS, as people open them. */
  plain: string;
  /** What the administrator's certificate authority vouches with. */
  authority: string;
  startProgram(): Promise<void>;
  stopProgram(): Promise<void>;
  /** Stops Apache and starts it with these changes. */
  restartApache(changes?: Changes): Promise<void>;
  /** What Apache has logged. */
  logged(): string;
};

/** The commands of the guide that stand under the mark `<!-- tried -->`, in their order. */
export function triedCommands(): string {
  const blocks = [...readFileSync(guide, "utf8").matchAll(/<!-- tried -->\n```sh\n([\s\S]*?)```/g)].map(([, commands]) => commands);
  // There is no systemd to talk to here: this harness starts what the guide has it start.
  return blocks.join("").replace(/^sudo systemctl .*\n/gm, "");
}

/** Installs, and starts the program and Apache. */
export async function install(): Promise<Installation> {
  const place = mkdtempSync(join(tmpdir(), "maxmontaj67-install-"));
  // Apache's own user reads the pages here.
  chmodSync(place, 0o755);
  const [http, https, listen] = await Promise.all([freePort(), freePort(), freePort()]);
  const url = `https://localhost:${https}`;
  const database = `install_${randomBytes(6).toString("hex")}`;
  const running: { program?: ChildProcess; apache?: ChildProcess } = {};
  const stopAll = async () => {
    if (running.apache) await end(running.apache);
    if (running.program) await end(running.program);
    mariadb(`DROP DATABASE IF EXISTS ${database}; DROP USER IF EXISTS '${database}'@'127.0.0.1'`);
    rmSync(place, { recursive: true, force: true });
  };
  try {
    followGuide(place, database);
    const env = join(place, "etc/maxmontaj67/env");
    const address = new URL(server());
    edit(env, (text) =>
      text
        .replace("mysql://maxmontaj67:", `mysql://${database}:`)
        .replace("@127.0.0.1/maxmontaj67", `@127.0.0.1:${address.port || 3306}/${database}`)
        .replace("127.0.0.1:8067", `127.0.0.1:${listen}`)
        .replace("https://localhost", url),
    );
    makeCertificate(place);
    const site = readFileSync(join(place, "etc/apache2/sites-available/maxmontaj67.conf"), "utf8")
      .replace("https://${CRM_HOST}", url)
      .replace("127.0.0.1:8067", `127.0.0.1:${listen}`)
      .replace("*:80>", `127.0.0.1:${http}>`)
      .replace("*:443>", `127.0.0.1:${https}>`);
    writeFileSync(join(place, "etc/apache2/ports.conf"), `Listen 127.0.0.1:${http}\nListen 127.0.0.1:${https}\n`);

    let setupLink = "";
    const startProgram = async () => {
      running.program = spawn(join(place, "usr/local/sbin/maxmontaj67-admin"), ["serve"], { env: bare(), stdio: ["ignore", "pipe", "pipe"] });
      const said = await greeting(running.program, !setupLink);
      setupLink ||= said.setupLink;
    };
    const restartApache = async (changes: Changes = {}) => {
      if (running.apache) await end(running.apache);
      writeFileSync(join(place, "etc/apache2/sites-available/maxmontaj67.conf"), changes.site?.(site) ?? site);
      apacheTool(place, changes.withoutMpm ? "a2disconf" : "a2enconf", "-q", "maxmontaj67-mpm");
      apacheTool(place, changes.http2 ? "a2enmod" : "a2dismod", "-q", "http2");
      execFileSync("apache2", ["-d", join(place, "etc/apache2"), "-t"], { env: apacheEnv(place), stdio: "pipe" });
      // It ends with the tests, even when they are cut off.
      const words = ["--pdeathsig", "TERM", "apache2", "-d", join(place, "etc/apache2"), "-DFOREGROUND"];
      running.apache = spawn("setpriv", words, { env: apacheEnv(place), stdio: "ignore" });
      await answers(https, running.apache);
    };
    await startProgram();
    await restartApache();
    const crm: Crm = {
      url,
      setupLink,
      demoPassword: "",
      createUser: (role, name) => createUser(place, role, name),
      token: (user) => token(`http://127.0.0.1:${listen}`, user),
      stop: stopAll,
    };
    return {
      ...crm,
      direct: { ...crm, url: `http://127.0.0.1:${listen}` },
      plain: `http://localhost:${http}`,
      place,
      authority: readFileSync(join(place, "authority.pem"), "utf8"),
      startProgram,
      stopProgram: () => end(running.program!),
      restartApache,
      logged: () => execFileSync("sh", ["-c", `cat ${place}/logs/*`], { encoding: "utf8" }),
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** Runs the guide's commands with the system's folders moved into the place, and `sudo` and `mariadb` standing for what they are there. */
function followGuide(place: string, database: string): void {
  for (const folder of ["usr/local/bin", "usr/local/sbin", "etc/mysql/mariadb.conf.d", "etc/systemd/system", "shims", "run", "logs"]) {
    mkdirSync(join(place, folder), { recursive: true });
  }
  mkdirSync(join(place, "var/lib/maxmontaj67"), { recursive: true, mode: 0o700 });
  cpSync("/etc/apache2", join(place, "etc/apache2"), { recursive: true, verbatimSymlinks: true });
  const { hostname, port, username } = new URL(server());
  shim(place, "sudo", 'exec "$@"');
  shim(place, "mariadb", `exec ${execFileSync("which", ["mariadb"], { encoding: "utf8" }).trim()} --no-defaults -h${hostname} -P${port || 3306} -u${decodeURIComponent(username)} "$@"`);

  const moved = (text: string) => text.replace(/(^|[\s"'=])\/(etc|usr\/local|var\/lib)\//gm, `$1${place}/$2/`);
  const commands = moved(triedCommands())
    .replace("HOST=crm.example.ru", "HOST=localhost")
    .replaceAll("target/release/maxmontaj67", binary())
    .replace(/CREATE[\s\S]*?\nSQL/, (sql) => sql.replaceAll("maxmontaj67", database));
  execFileSync("bash", ["-euc", commands], { cwd: root, env: { ...apacheEnv(place), ...password() }, stdio: "pipe" });
  for (const installed of ["etc/apache2/sites-available/maxmontaj67.conf", "etc/maxmontaj67/env", "usr/local/sbin/maxmontaj67-admin"]) {
    edit(join(place, installed), moved);
  }
  // There is no system user here: the program runs as whoever runs the test.
  edit(join(place, "usr/local/sbin/maxmontaj67-admin"), (text) => text.replace(/setpriv .* -- /, ""));
}

/** A certificate authority, and a certificate of its own for localhost where certbot would put one. */
function makeCertificate(place: string): void {
  const folder = join(place, "etc/letsencrypt/live/localhost");
  mkdirSync(folder, { recursive: true });
  const openssl = (...words: string[]) => execFileSync("openssl", words, { cwd: place, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  openssl("req", "-x509", ...key, "-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=Test authority");
  openssl("req", "-x509", ...key, "-CA", "authority.pem", "-CAkey", "authority.key", "-keyout", join(folder, "privkey.pem"), "-out", join(folder, "fullchain.pem"),
    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE");
}

function shim(place: string, name: string, does: string): void {
  writeFileSync(join(place, "shims", name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
}

function edit(file: string, change: (text: string) => string): void {
  const { mode } = statSync(file);
  writeFileSync(file, change(readFileSync(file, "utf8")));
  chmodSync(file, mode);
}

/** The developer's own settings must not reach the program under test. */
function bare(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: process.env["HOME"] };
}

function apacheEnv(place: string): NodeJS.ProcessEnv {
  const run = join(place, "run");
  return {
    ...bare(),
    PATH: `${join(place, "shims")}:${process.env["PATH"]}:/usr/sbin`,
    APACHE_CONFDIR: join(place, "etc/apache2"),
    APACHE_ENVVARS: "/dev/null",
    APACHE_STATE_DIRECTORY: run,
    APACHE_RUN_DIR: run,
    APACHE_LOCK_DIR: run,
    APACHE_PID_FILE: join(run, "apache2.pid"),
    APACHE_LOG_DIR: join(place, "logs"),
    APACHE_RUN_USER: "www-data",
    APACHE_RUN_GROUP: "www-data",
  };
}

function apacheTool(place: string, ...words: string[]): void {
  execFileSync(words[0]!, words.slice(1), { env: apacheEnv(place), stdio: "pipe" });
}

/** Waits until Apache answers, or tells that it has ended. */
async function answers(port: number, apache: ChildProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (apache.exitCode !== null || Date.now() > deadline) throw new Error("Apache did not start");
    const up = await new Promise<boolean>((done) => {
      const asked = request({ host: "127.0.0.1", port, path: "/", rejectUnauthorized: false, agent: false }, (answer) => {
        answer.resume();
        done(true);
      });
      asked.on("error", () => done(false)).end();
    });
    if (up) return;
    await new Promise((soon) => setTimeout(soon, 50));
  }
}

let users = 0;

/** Creates a user as the guide says: by `maxmontaj67-admin`. */
async function createUser(place: string, role: Role, name: string): Promise<User> {
  users += 1;
  const user = { role, name, login: `${role}${users}`, password: `${randomBytes(12).toString("base64url")}-${users}` };
  const words = ["user", "create", "--role", role, "--name", name, "--login", user.login, "--password-stdin"];
  execFileSync(join(place, "usr/local/sbin/maxmontaj67-admin"), words, { env: bare(), input: `${user.password}\n`, stdio: "pipe" });
  return user;
}

function server(): string {
  const url = process.env["TEST_MARIADB_URL"];
  if (!url) throw new Error("TEST_MARIADB_URL is not set: run the tests by `make test` or under scripts/with-servers");
  return url;
}

function password(): NodeJS.ProcessEnv {
  return { MYSQL_PWD: decodeURIComponent(new URL(server()).password) };
}

function mariadb(sql: string): void {
  const { hostname, port, username } = new URL(server());
  const words = ["--no-defaults", `-h${hostname}`, `-P${port || 3306}`, `-u${decodeURIComponent(username)}`, "-e", sql];
  execFileSync("mariadb", words, { env: { ...process.env, ...password() }, stdio: "pipe" });
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => found(port));
    });
  });
}
