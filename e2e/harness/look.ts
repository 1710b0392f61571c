import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import engine from "axe-core";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Fails when axe-core finds a barrier on the page as it stands. */
export async function axe(page: Page): Promise<void> {
  // Its timers do not run with script off, and it would wait for ever.
  const scripted = await page.evaluate(() => matchMedia("(scripting: enabled)").matches);
  expect(scripted, "axe-core needs script: look at this page with script on").toBe(true);
  await page.evaluate(engine.source);
  const { violations, passes } = await page.evaluate(
    (values) => (globalThis as unknown as { axe: typeof engine }).axe.run({ runOnly: { type: "tag", values } }),
    rules,
  );
  const barriers = violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ target }) => target.join(" ")) }));
  expect(barriers, `barriers on ${page.url()}`).toEqual([]);
  expect(passes.length, "axe-core looked at the page").toBeGreaterThan(0);
}

/** Keeps a picture of the whole page in e2e/screenshots for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const path = join(import.meta.dirname, "../screenshots", `${name}.png`);
  await page.screenshot({ path, fullPage: true, animations: "disabled" });
}
