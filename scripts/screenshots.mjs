#!/usr/bin/env node
// Takes the pictures of docs/images from the running product over demonstration data.
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const binary = process.env.CRM_BINARY ?? path.join(root, "target/debug/maxmontaj67");
const { chromium } = createRequire(path.join(root, "e2e/package.json"))("@playwright/test");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "screenshots-"));
const env = { ...process.env, CRM_DATA_DIR: folder, CRM_LISTEN: "127.0.0.1:0" };

/** Starts the server; resolves with its address. */
function start() {
  const server = spawn(binary, ["serve"], { env, stdio: ["ignore", "pipe", "ignore"] });
  return new Promise((resolve, reject) => {
    server.on("exit", () => reject(new Error("the server ended")));
    server.stdout.on("data", (text) => {
      const address = /listening on (\S+)/.exec(String(text));
      if (address) resolve([server, address[1]]);
    });
  });
}

async function signIn(page, address, login, password) {
  await page.goto(`${address}/sign-in`);
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", password);
  await page.click("[type=submit]");
  await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
}

async function take(browser, address, login, password, size, file, where) {
  const page = await browser.newPage({ viewport: size, locale: "ru-RU", timezoneId: "Europe/Moscow" });
  await signIn(page, address, login, password);
  await page.goto(address + where);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(root, "docs/images", file) });
  await page.close();
}

const logins = execFileSync(binary, ["seed", "--orders", "600", "--months", "3"], { env, encoding: "utf8" });
const password = logins.split(/\s+/)[2];
const [server, address] = await start();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
try {
  await take(browser, address, "dispatcher1", password, { width: 1440, height: 900 }, "board.png", "/orders");
  await take(browser, address, "specialist1", password, { width: 390, height: 844 }, "visits.png", "/visits");
} finally {
  await browser.close();
  server.kill();
  fs.rmSync(folder, { recursive: true, force: true });
}
