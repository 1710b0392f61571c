import { defineConfig, type ReporterDescription } from "@playwright/test";
import type { CrmOptions } from "./harness/test";

const totals: ReporterDescription[] = process.env["PLAYWRIGHT_JSON_OUTPUT_FILE"] ? [["json"]] : [];

// Connections that Chromium opens of its own accord are switched off: a page's requests are the only ones left.
const args = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
];
// Chromium writes dates into their fields in its own language, not the page's.
const language = process.env["MANUAL_PICTURES"] ? { env: { ...process.env, LANGUAGE: "ru", LC_ALL: "ru_RU.UTF-8" } as Record<string, string> } : {};
// Chromium's sandbox does not run as root.
if (process.getuid?.() === 0) args.push("--no-sandbox");

export default defineConfig<{}, CrmOptions>({
  testDir: "tests",
  outputDir: "output",
  globalSetup: "./harness/build.ts",
  forbidOnly: !!process.env["CI"],
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 10_000, toPass: { timeout: 60_000 } },
  reporter: [["list"], ...totals],
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    // Recording takes a third of the time.
    trace: process.env["TRACE"] ? "retain-on-failure" : "off",
    launchOptions: { executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args, ...language },
  },
  // Every test runs on SQLite; those tagged @mariadb once more on MariaDB, and there alone those of several nodes, which must share one.
  projects: [
    { name: "sqlite", grepInvert: /@nodes/, use: { database: "sqlite" } },
    { name: "mariadb", grep: /@mariadb|@nodes/, use: { database: "mariadb" } },
  ],
});
