#!/usr/bin/env node
// first-visit ADDRESS TOKEN: opens the board in headless Chromium as a person does who was never here, and then again.
// Prints {"cold_ms": …, "warm_ms": …, "bytes": …}: until the list can be seen, and what the first visit transferred in all.
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const VISITS = 5;
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const { chromium } = createRequire(path.join(root, "e2e/package.json"))("@playwright/test");
const [address, token] = process.argv.slice(2);

/** From the beginning of the navigation until the rows are painted. */
async function open(page) {
  await page.goto(`${address}/orders`, { waitUntil: "commit" });
  await page.locator("#rows tr").first().waitFor({ state: "visible" });
  return page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now())))),
  );
}

/** A first and a second opening; `bytes` are heads and bodies as they crossed the network for the first. */
async function visit(browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "ru-RU" });
  await context.addCookies([{ name: "access", value: token, url: address }]);
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  let bytes = 0;
  network.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  const cold = await open(page);
  await page.waitForLoadState("load");
  await page.evaluate(() => document.fonts.ready);
  const first = bytes;
  const warm = await open(page);
  await context.close();
  return { cold, warm, bytes: first };
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
});
try {
  // The browser's own first page is slow for reasons of its own.
  await visit(browser);
  const visits = [];
  for (let turn = 0; turn < VISITS; turn++) visits.push(await visit(browser));
  const of = (name) => median(visits.map((one) => one[name]));
  console.log(JSON.stringify({ cold_ms: of("cold"), warm_ms: of("warm"), bytes: of("bytes") }));
} finally {
  await browser.close();
}
