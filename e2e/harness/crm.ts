import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export const root = resolve(import.meta.dirname, "../..");

export type Database = "sqlite" | "mariadb";
export type Role = "administrator" | "dispatcher" | "specialist" | "contractor" | "customer";
export type User = { role: Role; name: string; login: string; password: string };

/** A running system with a folder and a database of its own. */
export type Crm = {
  /** Where it listens, without a slash at the end. */
  url: string;
  /** The one-time link with which the first administrator is made; empty where there is one already. */
  setupLink: string;
  /** The password of the people of the demonstration data. */
  demoPassword: string;
  /** Creates a user as the command line does. */
  createUser(role: Role, name: string): Promise<User>;
  /** An access token for the API. */
  token(user: User): Promise<string>;
  stop(): Promise<void>;
};

/** A system whose programs are the harness's own. */
export type System = Crm & {
  /** One more program on the same folder and database: a neighbour, or the next one after `kill`. */
  another(): Promise<Node>;
  /** Ends the first program at once, as a crash does; the others and the database stay. */
  kill(): Promise<void>;
};

/** One of several programs that are one system. */
export type Node = { url: string; kill(): Promise<void> };

type Settings = Record<string, string>;

/** What is asked of a system besides being there. */
export type Wish = {
  /** Settings by their variables. */
  settings?: Settings;
  /** How many orders of demonstration data to begin with. */
  demoOrders?: number;
};

/** Starts the system on an empty database, or on one with demonstration data. */
export async function startCrm(database: Database = "sqlite", wish: Wish = {}): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), "maxmontaj67-e2e-"));
  const schema = database === "mariadb" ? await createSchema() : undefined;
  const settings: Settings = { CRM_LISTEN: "127.0.0.1:0", CRM_DATA_DIR: folder, ...wish.settings };
  if (schema) settings["DATABASE_URL"] = schema.url;
  const demoPassword = wish.demoOrders ? await seed(settings, wish.demoOrders) : "";

  const servers: ChildProcess[] = [];
  const serve = () => {
    const server = spawn(binary(), ["serve"], { env: environment(settings), stdio: ["ignore", "pipe", "pipe"] });
    servers.push(server);
    return server;
  };
  const stop = async () => {
    await Promise.all(servers.map((server) => end(server)));
    await schema?.drop();
    await rm(folder, { recursive: true, force: true });
  };
  const another = async () => {
    const server = serve();
    const { url } = await greeting(server, false);
    return { url, kill: () => end(server, "SIGKILL") };
  };
  try {
    const server = serve();
    const { url, setupLink } = await greeting(server, !wish.demoOrders);
    return {
      url,
      setupLink,
      demoPassword,
      another,
      kill: () => end(server, "SIGKILL"),
      stop,
      createUser: (role, name) => createUser(settings, role, name),
      token: (user) => token(url, user),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The program under test. */
export function binary(): string {
  return process.env["CRM_BIN"] ?? join(root, "target/debug/maxmontaj67");
}

/** The developer's own settings must not reach the system under test; the time that E2E_TIME names must. */
function environment(settings: Settings): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => name === "PATH" || name === "HOME" || name === "TMPDIR");
  return { ...Object.fromEntries(inherited), ...fakeTime(), ...settings };
}

/** Lets the clock of the system start at E2E_TIME, with Debian's libfaketime. */
function fakeTime(): Settings {
  const time = process.env["E2E_TIME"];
  if (!time) return {};
  return { LD_PRELOAD: "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1", FAKETIME: `@${time}`, FAKETIME_DONT_FAKE_MONOTONIC: "1", TZ: "UTC" };
}

/** Fills the database with demonstration data; gives the password of its people. */
async function seed(settings: Settings, orders: number): Promise<string> {
  const said = await run(binary(), ["seed", "--orders", String(orders), "--months", "1"], environment(settings));
  const password = said.split(/\s+/)[2];
  if (!password) throw new Error(`no password in what the seed said: ${said}`);
  return password;
}

/** Waits for the lines that `serve` prints when it is ready; the link is printed while there is no administrator. */
export function greeting(server: ChildProcess, withLink = true): Promise<{ url: string; setupLink: string }> {
  return new Promise((ready, fail) => {
    const said: string[] = [];
    const giveUp = (why: string) => fail(new Error(`the server ${why}:\n${said.join("\n")}`));
    const patience = setTimeout(() => giveUp("did not become ready in 60 seconds"), 60_000);
    let url: string | undefined;
    let setupLink: string | undefined;
    const listen = (line: string) => {
      said.push(line);
      if (said.length > 200) said.shift();
      url ??= /listening on (http:\/\/\S+?)\/?$/.exec(line)?.[1];
      // The link is the one printed address that has a path.
      setupLink ??= /https?:\/\/[^\s/]+\/\S+/.exec(line)?.[0];
      if (url && (setupLink || !withLink)) {
        clearTimeout(patience);
        ready({ url, setupLink: setupLink ?? "" });
      }
    };
    for (const stream of [server.stdout, server.stderr]) if (stream) createInterface(stream).on("line", listen);
    server.on("error", (error) => giveUp(`could not be started (${error.message})`));
    server.on("exit", (code, signal) => {
      clearTimeout(patience);
      giveUp(`ended with ${code ?? signal}`);
    });
  });
}

/** Stops a server, which must go within ten seconds of being asked; `SIGKILL` does not ask. */
export async function end(server: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null || server.pid === undefined) return;
  const gone = new Promise((done) => server.once("exit", done));
  server.kill(signal);
  const patience = setTimeout(() => server.kill("SIGKILL"), 10_000);
  await gone;
  clearTimeout(patience);
}

let users = 0;

async function createUser(settings: Settings, role: Role, name: string): Promise<User> {
  users += 1;
  const user = { role, name, login: `${role}.${users}`, password: `${randomBytes(12).toString("base64url")}-${users}` };
  const words = ["user", "create", "--role", role, "--name", name, "--login", user.login, "--password-stdin"];
  await run(binary(), words, environment(settings), `${user.password}\n`);
  return user;
}

/** An access token for the API. */
export async function token(url: string, { login, password }: User): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ login, password }),
  });
  if (!answer.ok) throw new Error(`${login} could not sign in: ${answer.status} ${await answer.text()}`);
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}

/** Makes an empty database on the MariaDB that TEST_MARIADB_URL names. */
async function createSchema(): Promise<{ url: string; drop(): Promise<unknown> }> {
  const server = process.env["TEST_MARIADB_URL"];
  if (!server) throw new Error("TEST_MARIADB_URL is not set: run the tests by `make test` or under scripts/with-servers");
  const { hostname, port, username, password } = new URL(server);
  const name = `e2e_${randomBytes(6).toString("hex")}`;
  const words = ["--no-defaults", `-h${hostname}`, `-P${port || 3306}`, `-u${decodeURIComponent(username)}`, "-e"];
  const sql = (statement: string) =>
    run("mariadb", [...words, statement], { ...process.env, MYSQL_PWD: decodeURIComponent(password) });
  await sql(`CREATE DATABASE ${name}`);
  return { url: `${server.replace(/\/$/, "")}/${name}`, drop: () => sql(`DROP DATABASE ${name}`) };
}

function run(program: string, words: string[], env: NodeJS.ProcessEnv, input = ""): Promise<string> {
  return new Promise((done, fail) => {
    const child = execFile(program, words, { env, timeout: 60_000 }, (error, stdout, stderr) =>
      error ? fail(new Error(`${program} ${words.slice(0, 2).join(" ")}: ${stderr || error.message}`)) : done(stdout),
    );
    // A program that ended before it read says why itself.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
