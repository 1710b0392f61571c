import { test as base, expect, type BrowserContextOptions, type Page } from "@playwright/test";
import { type Crm, type Database, startCrm, type System, type User, type Wish } from "./crm";
import { type Company, createCompany, now } from "./data";
import { settle, Watch } from "./watch";

/** The screens; the last two are those of the manual's pictures, which are drawn finer. */
const screens = {
  desktop: { width: 1440, height: 900, scale: 1, isPhone: false },
  phone: { width: 390, height: 844, scale: 1, isPhone: true },
  book: { width: 1060, height: 700, scale: 1.5, isPhone: false },
  palm: { width: 390, height: 844, scale: 2, isPhone: true },
};

/** How somebody looks at the system. */
export type Look = { screen: keyof typeof screens; theme: "light" | "dark"; script: boolean; language: "ru-RU" | "en-US" };

export const desktop: Look = { screen: "desktop", theme: "light", script: true, language: "ru-RU" };
export const phone: Look = { ...desktop, screen: "phone" };

/** The looks in which every page must be right. */
export const looks: Look[] = [desktop, phone].flatMap((look) => [look, { ...look, theme: "dark" }]);

/** A look in words, for names of tests and screenshots. */
export const nameOf = ({ screen, theme, script, language }: Look): string =>
  [screen, theme, script ? "" : "script-off", language === "ru-RU" ? "" : "english"].filter(Boolean).join("-");

export type Visitor = {
  page: Page;
  /** Lets pass a fault that the test provokes on purpose. */
  allow(fault: RegExp): void;
};

export type CrmOptions = {
  /** The database the system under test runs on. */
  database: Database;
  /** A system that the tests of one worker share; a test that needs an untouched one calls `start`. */
  crm: Crm;
  /** People of every role and a service in that shared system. */
  company: Company;
};

type Fixtures = {
  /** Starts a system of the test's own, untouched unless asked otherwise, which ends after the pages that look at it. */
  start(wish?: Wish): Promise<System>;
  /** Opens a browser of its own for one more person. When the test ends, any fault on any of its pages fails it. */
  visit(look?: Partial<Look>, crm?: Crm): Promise<Visitor>;
};

export const test = base.extend<Fixtures, CrmOptions>({
  database: ["sqlite", { option: true, scope: "worker" }],

  crm: [
    async ({ database }, use) => {
      const crm = await startCrm(database);
      await use(crm);
      await crm.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  company: [async ({ crm }, use) => use(await createCompany(crm)), { scope: "worker", timeout: 60_000 }],

  start: async ({ database }, use) => {
    const started: System[] = [];
    await use(async (wish) => {
      const crm = await startCrm(database, wish);
      started.push(crm);
      return crm;
    });
    await Promise.all(started.map((crm) => crm.stop()));
  },

  // It asks for `start` so that the pages are closed before the systems end.
  visit: async ({ browser, crm: shared, start: _ }, use) => {
    const opened: { page: Page; watch: Watch }[] = [];
    await use(async (look = {}, crm = shared) => {
      const context = await browser.newContext(contextOptions({ ...desktop, ...look }, crm.url));
      const watch = new Watch(crm.url);
      await watch.attach(context);
      const page = await context.newPage();
      if (process.env["E2E_TIME"]) await page.clock.setFixedTime(now());
      opened.push({ page, watch });
      return { page, allow: (fault) => watch.allow(fault) };
    });
    for (const { page } of opened) await settle(page);
    await Promise.all(opened.map(({ page }) => page.context().close()));
    expect(opened.flatMap(({ watch }) => watch.faults), "faults the pages reported").toEqual([]);
  },
});

function contextOptions({ screen, theme, script, language }: Look, url: string): BrowserContextOptions {
  const { width, height, scale, isPhone } = screens[screen];
  return {
    baseURL: url,
    // Who vouches for an installation under test is known to it alone.
    ignoreHTTPSErrors: true,
    viewport: { width, height },
    deviceScaleFactor: scale,
    isMobile: isPhone,
    hasTouch: isPhone,
    colorScheme: theme,
    javaScriptEnabled: script,
    locale: language,
    timezoneId: "Europe/Moscow",
  };
}

/** Signs in through the form. */
export async function signIn(page: Page, user: User): Promise<void> {
  await page.goto("/sign-in");
  await page.locator("[name=login]").fill(user.login);
  await page.locator("[name=password]").fill(user.password);
  const form = page.url();
  await page.locator("form:has([name=password]) [type=submit]").click();
  await page.waitForURL((url) => url.href !== form);
}

export { expect };
export { axe, barriersOf, excessWidth, keysOn, screenshot, wordsOf } from "./look";
export { startCrm, type Crm, type Role, type User } from "./crm";
