// The guide docs/admin/install.md, followed with a real Apache and a real MariaDB.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { ClientRequest, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { connect as connectTls } from "node:tls";
import { files, type Installation, install } from "../harness/apache";
import { createCompany, createOrder, nextPhone, service, takePhoto } from "../harness/data";
import { order, register, setUp } from "../harness/steps";
import { axe, expect, phone, signIn, test as base, type User } from "../harness/test";

const test = base.extend<{}, { installation: Installation; people: Awaited<ReturnType<typeof createCompany>> }>({
  installation: [
    async ({}, use) => {
      const installation = await install();
      await use(installation);
      await installation.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  people: [async ({ installation }, use) => use(await companyOf(installation)), { scope: "worker", timeout: 60_000 }],
});

const companies = new Map<string, ReturnType<typeof createCompany>>();

/** The people of an installation, made when somebody first asks: its administrator is made by the link before. */
function companyOf({ url, direct }: Installation): ReturnType<typeof createCompany> {
  const company = companies.get(url) ?? createCompany(direct);
  companies.set(url, company);
  return company;
}

// A busy machine takes its time over 300 handshakes.
test.describe.configure({ timeout: 180_000 });

type Answer = { status: number; headers: IncomingHttpHeaders; text: string };
type Ask = { method?: string; headers?: OutgoingHttpHeaders; body?: Buffer | string; from?: string };

/** Asks over HTTPS as a program does; the certificate is verified. */
function ask({ url, authority }: Installation, path: string, { method = "GET", headers = {}, body, from }: Ask = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    const { port, host } = new URL(url);
    const words = { host: "127.0.0.1", port, servername: "localhost", ca: authority, path, method, localAddress: from, agent: false as const };
    let answered = false;
    const asked = request({ ...words, headers: { host, ...headers } }, (answer) => {
      answered = true;
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () => done({ status: answer.statusCode!, headers: answer.headers, text: Buffer.concat(pieces).toString() }));
      answer.on("error", fail);
    });
    asked.setTimeout(10_000, () => asked.destroy(new Error(`${method} ${path}: no answer in 10 s`)));
    // An answer may come before the whole body was taken.
    asked.on("error", (error) => answered || fail(error));
    asked.end(body);
  });
}

const headersOfOurs = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
  server: "Apache",
};

test("a company begins, takes an order, sees it live and uploads a photo over HTTPS", async ({ installation, visit, browser }) => {
  const { page } = await visit({}, installation);
  await setUp(page, installation.setupLink);
  const session = (await page.context().cookies()).filter(({ name }) => name.startsWith("__Host-"));
  expect(session).toContainEqual(expect.objectContaining({ name: "__Host-access", httpOnly: true, secure: true, path: "/" }));

  const people = await companyOf(installation);
  await page.goto("/orders");
  const { page: office } = await visit({}, installation);
  await signIn(office, people.dispatcher);
  await office.goto("/orders/new");
  await office.locator("[name='customer.phone']").fill(nextPhone());
  await office.locator("[name='customer.name']").fill("Ольга Смирнова");
  await office.locator("[name=service_id]").selectOption(String(people.serviceId));
  await office.locator("[name='address.text']").fill("Екатеринбург, Мамина-Сибиряка, 12");
  await office.locator("button[name=confirm]").click();
  await office.waitForURL(/\/orders\/\d+$/);
  // Within two seconds of the answer, so nothing on the way holds it back.
  await expect(page.locator("#newer").getByRole("link", { name: "1 новый заказ" })).toBeVisible({ timeout: 2000 });

  const photo = await takePhoto(browser, "стена");
  const { page: home } = await visit(phone, installation);
  await register(home, "Вера Белова");
  await order(home, "Екатеринбург, Ленина, 5", photo);

  const log = installation.logged();
  expect(log).toContain("секретная ссылка");
  for (const secret of [installation.setupLink.split("/").at(-1)!, "Referer"]) expect(log).not.toContain(secret);
});

test("people are led to HTTPS, and every answer carries the headers once", async ({ installation }) => {
  const led = await fetch(`${installation.plain.replace("localhost", "127.0.0.1")}/orders?q=1`, { redirect: "manual" });
  expect([led.status, led.headers.get("location")]).toEqual([301, `${installation.url}/orders?q=1`]);

  const long = `/${"x".repeat(9000)}`;
  for (const [path, status] of [["/sign-in", 200], ["/unknown", 404], ["/metrics", 404], [long, 414]] as const) {
    const { status: found, headers } = await ask(installation, path);
    expect(found, path.slice(0, 20)).toBe(status);
    expect(headers, path.slice(0, 20)).toMatchObject(headersOfOurs);
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none';[^,]*frame-ancestors 'none'[^,]*$/);
  }
  expect((await ask(installation, "/metrics")).text).not.toContain("outbox_waiting");
});

test("the product sees the visitor's own address and believes no other", async ({ installation, people }) => {
  const user = people.dispatcher;
  const address = async (from: string) => {
    const headers = { "content-type": "application/json", "x-forwarded-for": "198.51.100.7" };
    const signedIn = await ask(installation, "/api/v1/auth/sessions", { method: "POST", headers, from, body: JSON.stringify({ login: user.login, password: user.password }) });
    const authorization = `Bearer ${JSON.parse(signedIn.text).access_token}`;
    const { text } = await ask(installation, "/api/v1/auth/sessions", { headers: { authorization } });
    return (JSON.parse(text).items as { address: string; current: boolean }[]).find(({ current }) => current)!.address;
  };
  expect(await address("127.0.0.9")).toBe("127.0.0.9");
  expect(await address("127.0.0.1")).toBe("127.0.0.1");
  // Without its line in the site file the check sees the forged address.
  await installation.restartApache({ site: (text) => text.replace("RequestHeader unset X-Forwarded-For", "") });
  expect(await address("127.0.0.1")).toBe("198.51.100.7");
  await installation.restartApache();
});

test("what is too large is refused kindly", async ({ installation, people, visit }) => {
  const { id } = await createOrder(installation.direct, people, "Игорь Титов");
  const authorization = `Bearer ${await installation.token(people.dispatcher)}`;
  const send = (megabytes: number) => {
    const head = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n';
    const body = Buffer.concat([Buffer.from(head), Buffer.alloc(megabytes << 20), Buffer.from("\r\n--b--\r\n")]);
    return ask(installation, `/api/v1/orders/${id}/files`, { method: "POST", body, headers: { authorization, "content-type": "multipart/form-data; boundary=b", "content-length": body.length } });
  };
  const large = await send(66);
  expect(large).toMatchObject({ status: 422, text: expect.stringContaining("file_too_large") });
  const huge = await send(130);
  expect(huge.status).toBe(413);
  expect(huge.text).toContain("Слишком большая отправка");

  const { page, allow } = await visit({ ...phone, script: false }, installation);
  allow(/status of 422/);
  await register(page, "Лев Орлов");
  await page.getByRole("link", { name: "Новый заказ" }).first().click();
  await page.getByLabel(service).check();
  await page.getByLabel("Адрес").fill("Екатеринбург, Ленина, 7");
  const photo = join(mkdtempSync(join(tmpdir(), "maxmontaj67-large-")), "a.jpg");
  writeFileSync(photo, Buffer.alloc(66 << 20));
  await page.locator("main form input[type=file]").setInputFiles(photo);
  await page.getByRole("button", { name: "Отправить заказ" }).click();
  await expect(page.locator("main")).toContainText("Файл слишком большой");
  rmSync(dirname(photo), { recursive: true });
});

test("Apache speaks kindly while the program is down, and the site is back with it", async ({ installation, visit }) => {
  const { page, allow } = await visit({}, installation);
  allow(/503/);
  await installation.stopProgram();
  const answer = await page.goto("/orders");
  expect(answer!.status()).toBe(503);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Система сейчас не отвечает");
  expect(await page.evaluate(() => getComputedStyle(document.querySelector("main")!).borderRadius)).toBe("16px");
  await axe(page);
  const { headers, text, status } = await ask(installation, "/api/v1/me");
  expect([status, headers["content-type"], JSON.parse(text).code]).toEqual([503, "application/problem+json", "unavailable"]);
  expect(headers).toMatchObject(headersOfOurs);
  await installation.startProgram();
  await page.goto("/sign-in");
  await expect(page.getByLabel("Пароль", { exact: true })).toBeVisible();
});

/** How many of so many people get to listen at once, coming in small groups, and how an ordinary page then answers. */
async function listen(installation: Installation, user: User, many: number): Promise<{ open: number; page?: number }> {
  const { port, host } = new URL(installation.url);
  const words = { host: "127.0.0.1", port, servername: "localhost", ca: installation.authority, agent: new Agent(), path: "/api/v1/stream" };
  const headers = { host, authorization: `Bearer ${await installation.token(user)}` };
  const streams: ClientRequest[] = [];
  /** Whether this one hears the first event. */
  const one = () =>
    new Promise<boolean>((done) => {
      const stream = request({ ...words, headers }, (answer) => {
        answer.once("data", () => done(answer.statusCode === 200));
        answer.on("error", () => done(false)).resume();
      });
      streams.push(stream.on("error", () => done(false)));
      stream.end();
      setTimeout(() => done(false), 8000);
    });
  let open = 0;
  for (let came = 0; came < many && open === came; came += 20) {
    const heard = await Promise.all(Array.from({ length: 20 }, one));
    open += heard.filter(Boolean).length;
  }
  const page = await ask(installation, "/sign-in").catch(() => undefined);
  for (const stream of streams) stream.destroy();
  return { open, page: page?.status };
}

test("300 open pages leave the site in order, which Debian's own settings do not", async ({ installation, people }) => {
  expect(await listen(installation, people.dispatcher, 300)).toEqual({ open: 300, page: 200 });
  await installation.restartApache({ withoutMpm: true });
  const small = await listen(installation, people.dispatcher, 300);
  expect(small.open).toBeLessThanOrEqual(150);
  expect(small.page).toBeUndefined();
  await installation.restartApache();
});

test("HTTP/2 is off: over it Apache would stop answering a browser with seven open pages", async ({ installation, people }) => {
  const { port } = new URL(installation.url);
  const chosen = await new Promise<string | false | null>((done, fail) => {
    const socket = connectTls({ host: "127.0.0.1", port: Number(port), servername: "localhost", ca: installation.authority, ALPNProtocols: ["h2", "http/1.1"] }, () => {
      done(socket.alpnProtocol);
      socket.destroy();
    });
    socket.on("error", fail);
  });
  expect(chosen).toBe("http/1.1");

  await installation.restartApache({ http2: true, site: (text) => text.replace("Protocols http/1.1", "Protocols h2 http/1.1") });
  const authorization = `Bearer ${await installation.token(people.dispatcher)}`;
  const session = connectHttp2(installation.url.replace("localhost", "127.0.0.1"), { ca: installation.authority, servername: "localhost" });
  const get = (path: string, event: "data" | "end") =>
    new Promise<boolean>((done) => {
      const stream = session.request({ ":path": path, ":authority": new URL(installation.url).host, authorization });
      stream.on("error", () => done(false)).once("data", () => event === "data" && done(true));
      stream.on("end", () => done(true)).resume();
      setTimeout(() => done(false), 3000);
    });
  const streams = await Promise.all(Array.from({ length: 7 }, () => get("/api/v1/stream", "data")));
  expect(streams.filter(Boolean).length).toBeGreaterThan(0);
  expect(await get("/sign-in", "end")).toBe(false);
  session.destroy();
  await installation.restartApache();
});

test("the unit is sound and its sandbox tight, the settings of MariaDB are those it takes", async () => {
  const unit = readFileSync(join(files, "maxmontaj67.service"), "utf8");
  const folder = mkdtempSync(join(tmpdir(), "maxmontaj67-unit-"));
  const analyze = (text: string, ...words: string[]) => {
    const file = join(folder, "maxmontaj67.service");
    // Any program that is there will do for a look at the rest.
    writeFileSync(file, text.replace("/usr/local/bin/maxmontaj67", "/bin/true"));
    const { status, stdout, stderr } = spawnSync("systemd-analyze", [...words, file], { encoding: "utf8" });
    return { status, said: stdout + stderr };
  };
  const tight = ["security", "--offline=true", "--threshold=20"];
  expect(analyze(unit, "verify", "--man=no")).toEqual({ status: 0, said: "" });
  expect(analyze(unit, ...tight).status).toBe(0);
  expect(analyze(unit.replace(/^UMask=/m, "Umask_="), "verify", "--man=no").said).toContain("Umask_");
  expect(analyze(unit.replace(/^(Protect|Restrict|SystemCall).*\n/gm, ""), ...tight).status).not.toBe(0);
  rmSync(folder, { recursive: true });

  const taken = execFileSync("mariadbd", [`--defaults-file=${join(files, "mariadb.cnf")}`, "--verbose", "--help"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 4 << 20 });
  for (const [name, value] of [["innodb-flush-log-at-trx-commit", "1"], ["innodb-snapshot-isolation", "TRUE"], ["character-set-server", "utf8mb4"], ["bind-address", "127.0.0.1"]]) {
    expect(taken).toMatch(new RegExp(`^${name} +${value}$`, "m"));
  }
});
