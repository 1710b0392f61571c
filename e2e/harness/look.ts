import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";
import engine from "axe-core";
import { root } from "./crm";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export type Barrier = { id: string; help: string; at: string[] };

/** Fails when axe-core finds a barrier on the page as it stands. */
export async function axe(page: Page): Promise<void> {
  expect(await barriersOf(page), `barriers on ${page.url()}`).toEqual([]);
}

/** What axe-core finds on the page as it stands. */
export async function barriersOf(page: Page): Promise<Barrier[]> {
  // Its timers do not run with script off, and it would wait for ever.
  const scripted = await page.evaluate(() => matchMedia("(scripting: enabled)").matches);
  expect(scripted, "axe-core needs script: look at this page with script on").toBe(true);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(engine.source);
  const { violations, passes } = await page.evaluate(
    (values) => (globalThis as unknown as { axe: typeof engine }).axe.run({ runOnly: { type: "tag", values } }),
    rules,
  );
  expect(passes.length, "axe-core looked at the page").toBeGreaterThan(0);
  return violations.map(({ id, help, nodes }) => ({ id, help, at: nodes.map(({ target }) => target.join(" ")) }));
}

/** How much wider than its window the page is. */
export async function excessWidth(page: Page): Promise<number> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  return Math.max(0, width - page.viewportSize()!.width);
}

/** All that the page says to people, attributes read aloud among it; without scripts, typed values and `except`. */
export function wordsOf(page: Page, except = ""): Promise<string[]> {
  return page.evaluate((except) => {
    const said = (element: Element) => [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ data }: any) => data);
    const read = (element: Element) => ["aria-label", "placeholder", "title", "alt", "data-busy"].map((name) => element.getAttribute(name) ?? "");
    const elements = [...document.querySelectorAll("title, body *:not(script, textarea)")];
    const chosen = elements.filter((element) => !except || !element.closest(except));
    return chosen.flatMap((element) => [...said(element), ...read(element)]).map((words: string) => words.trim()).filter(Boolean);
  }, except);
}

/** Names of texts that the page shows instead of the texts. */
export async function keysOn(page: Page): Promise<string[]> {
  const shown = (await wordsOf(page, "code")).flatMap((words) => words.match(/(?<![\w/.@-])[a-z]+(-[a-z0-9]+)+(?![\w/.@-])/g) ?? []);
  return shown.filter((word) => prefixes().has(word.split("-")[0]!));
}

let known: Set<string> | undefined;

/** The first words of the names of all texts. */
function prefixes(): Set<string> {
  const folder = join(root, "crates/app/locales/ru");
  const names = () => readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").match(/^[a-z]+(?=[a-z0-9-]* =)/gm) ?? []);
  return (known ??= new Set(names()));
}

/** Keeps a picture of the whole page in e2e/screenshots for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const path = join(import.meta.dirname, "../screenshots", `${name}.png`);
  // Hiding the caret would leave an empty style on the field, which the policy refuses when the part is fetched anew.
  await page.screenshot({ path, fullPage: true, animations: "disabled", caret: "initial" });
}
