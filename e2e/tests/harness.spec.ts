// Plants the faults that the harness is there to find: a check that never fires proves nothing.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Browser, expect, test } from "@playwright/test";
import { axe } from "../harness/look";
import { settle, Watch } from "../harness/watch";

const sound = `<!doctype html><html lang="en"><head><title>Sound</title><link rel="icon" href="data:,"></head>
  <body><main><h1>Sound</h1></main></body></html>`;
const withScript = (script: string) => sound.replace("</main>", `<script src="/script.js?${encodeURIComponent(script)}"></script></main>`);

let server: Server;
let url: string;
let body: string;

test.beforeAll(async () => {
  server = createServer((request, answer) => {
    const [path, query] = request.url!.split("?");
    const policy = { "content-security-policy": "default-src 'self'; img-src * data:; connect-src *" };
    if (path === "/script.js") answer.writeHead(200, { "content-type": "text/javascript" }).end(decodeURIComponent(query!));
    else if (path === "/broken") answer.writeHead(503).end();
    else answer.writeHead(200, { "content-type": "text/html", ...policy }).end(body);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

test.afterAll(() => server.close());

async function faultsOf(browser: Browser, page: string, options: { javaScriptEnabled?: boolean; allow?: RegExp } = {}) {
  const context = await browser.newContext(options);
  const watch = new Watch(url);
  if (options.allow) watch.allow(options.allow);
  await watch.attach(context);
  body = page;
  const opened = await context.newPage();
  await opened.goto(url);
  await settle(opened);
  await context.close();
  return watch.faults;
}

test("a sound page has no faults", async ({ browser }) => {
  expect(await faultsOf(browser, sound)).toEqual([]);
  expect(await faultsOf(browser, sound, { javaScriptEnabled: false })).toEqual([]);
});

for (const [fault, page, sign] of [
  ["an uncaught error", withScript("throw new Error('planted')"), /^script: .*planted/],
  ["a rejected promise", withScript("Promise.reject(new Error('planted'))"), /^script: .*planted/],
  ["an error on the console", withScript("console.error('planted')"), /^console: planted/],
  ["an alert", withScript("alert('planted')"), /^alert: planted/],
  ["an inline script", sound.replace("</main>", "<script>1</script></main>"), /^policy script-src/],
  ["an inline style", sound.replace("<h1>", '<h1 style="color: red">'), /^policy style-src/],
  ["a request to another host", sound.replace("</main>", '<img alt="" src="http://planted.example/"></main>'), /^request to another host: .*planted/],
  ["an answer 5xx", sound.replace("</main>", '<img alt="" src="/broken"></main>'), /^answer 503: /],
] as const) {
  test(`${fault} is found`, async ({ browser }) => {
    const faults = await faultsOf(browser, page);
    expect(faults.filter((found) => sign.test(found))).toHaveLength(1);
  });
}

test("an inline style is found with script off", async ({ browser }) => {
  const faults = await faultsOf(browser, sound.replace("<h1>", '<h1 style="color: red">'), { javaScriptEnabled: false });
  expect(faults.join()).toContain("Content Security Policy");
});

test("a fault provoked on purpose passes", async ({ browser }) => {
  expect(await faultsOf(browser, withScript("console.error('planted')"), { allow: /planted/ })).toEqual([]);
});

test("a barrier is found", async ({ page }) => {
  body = sound;
  await page.goto(url);
  await axe(page);
  body = sound.replace("</main>", '<input name="planted"></main>');
  await page.goto(url);
  await expect(axe(page)).rejects.toThrow("Form elements must have labels");
});

test("axe-core says that it cannot look with script off", async ({ browser }) => {
  body = sound;
  const page = await browser.newPage({ javaScriptEnabled: false });
  await page.goto(url);
  await expect(axe(page)).rejects.toThrow("needs script");
  await page.close();
});
