// The pictures of the manual: taken anew by each run, kept in docs/manual/images by `make manual-pictures`.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Browser, type Locator, type Page } from "@playwright/test";
import { root } from "./crm";

const manual = join(root, "docs/manual");
const kept = join(manual, "images");
const fresh = join(import.meta.dirname, "../screenshots/manual");
const quality = 0.82;

/** What pictures.json tells of a picture: its size on the page, and the words of the interface that are on it. */
type Told = { width: number; height: number; words: string[]; varies?: true };

/** How a picture is taken. */
export type Shot = {
  /** This part of the page; what the window shows unless given. */
  of?: Locator;
  /** Down to the end of this one. */
  to?: Locator;
  /** No more than so many pixels from its top. */
  height?: number;
  /** Which words are there depends on the hour and the data, and is not compared. */
  varies?: true;
};

export class Album {
  readonly #told: Record<string, Told> = {};
  readonly #pictures = new Map<string, Buffer>();

  private constructor(private readonly darkroom: Page) {}

  static async open(browser: Browser): Promise<Album> {
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    return new Album(await browser.newPage());
  }

  /** Takes a picture of the page as it stands. */
  async take(page: Page, name: string, { of, to, height = Infinity, varies }: Shot = {}): Promise<void> {
    await page.evaluate(() => document.fonts.ready);
    await expect(page.locator(".toast")).toHaveCount(0, { timeout: 30_000 });
    // A picture longer than the window would show the link that waits above it, and the bar at its foot in the middle.
    await page.evaluate((part) => document.querySelectorAll(part ? ".skip, .tabs" : ".skip").forEach((element) => element.remove()), !!of);
    await of?.scrollIntoViewIfNeeded();
    const window = page.viewportSize()!;
    const box = (await of?.boundingBox()) ?? { x: 0, y: 0, ...window };
    const end = (await to?.boundingBox()) ?? box;
    // Cards get air around them; a dialog has a border of its own.
    const air = of && !(await of.evaluate((element) => element.matches("dialog"))) ? 12 : 0;
    const clip = {
      x: Math.max(0, box.x - air),
      y: box.y - air,
      width: Math.round(Math.min(window.width, box.width + 2 * air)),
      height: Math.round(Math.min(end.y + end.height - box.y + 2 * air, height)),
    };
    // Before the picture: drawing a whole page may leave it scrolled elsewhere.
    const words = (await page.evaluate(wordsWithin, clip)).filter((word) => texts().has(word));
    // Drawing the whole page moves what stands in the middle of the window, so it is done for long parts only.
    const fullPage = clip.y < 0 || clip.y + clip.height > window.height;
    const scroll = fullPage ? await page.evaluate(() => scrollY) : 0;
    const shot = await page.screenshot({ clip: { ...clip, y: clip.y + scroll }, fullPage, animations: "disabled" });
    // Phones are shown a little smaller, as one holds them.
    const scale = window.width < 500 ? 0.8 : 1;
    const size = { width: Math.round(clip.width * scale), height: Math.round(clip.height * scale) };
    this.#told[`${name}.webp`] = { ...size, words: [...new Set(words)].sort(), ...(varies ? { varies } : {}) };
    this.#pictures.set(`${name}.webp`, await this.#develop(shot));
    writeFileSync(join(fresh, `${name}.webp`), this.#pictures.get(`${name}.webp`)!);
  }

  /** Fails unless these are the pictures that the manual shows; keeps them there when asked to. */
  async close(): Promise<void> {
    await this.darkroom.close();
    const taken = [...this.#pictures.keys()].sort();
    expect(taken, "the pictures that the manual shows").toEqual(shownPictures());
    if (process.env["MANUAL_PICTURES"] === "keep") return this.#keep();
    const before = JSON.parse(readFileSync(join(kept, "pictures.json"), "utf8")) as Record<string, Told>;
    expect(comparable(this.#told), "the words on the pictures; `make manual-pictures` takes them anew").toEqual(comparable(before));
  }

  #keep(): void {
    for (const file of readdirSync(kept)) rmSync(join(kept, file));
    for (const [file, picture] of this.#pictures) writeFileSync(join(kept, file), picture);
    const told = Object.fromEntries(Object.entries(this.#told).sort(([a], [b]) => (a < b ? -1 : 1)));
    writeFileSync(join(kept, "pictures.json"), `${JSON.stringify(told, null, 1)}\n`);
  }

  /** PNG to WebP, by the browser itself. */
  async #develop(png: Buffer): Promise<Buffer> {
    const url = await this.darkroom.evaluate(toWebp, { png: png.toString("base64"), quality });
    return Buffer.from(url.split(",")[1]!, "base64");
  }
}

/** The pictures that the chapters of the manual show. */
export function shownPictures(): string[] {
  const chapters = readdirSync(manual).filter((file) => file.endsWith(".md"));
  const shown = chapters.flatMap((file) => [...readFileSync(join(manual, file), "utf8").matchAll(/\]\(images\/([\w-]+\.webp)\)/g)]);
  return [...new Set(shown.map(([, name]) => name!))].sort();
}

function comparable(told: Record<string, Told>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(told).flatMap(([name, { words, varies }]) => (varies ? [] : [[name, words]])));
}

let known: Set<string> | undefined;

/** The texts of the interface that stand for themselves, without anything put in. */
function texts(): Set<string> {
  const folder = join(root, "crates/app/locales/ru");
  const of = (file: string) => [...readFileSync(join(folder, file), "utf8").matchAll(/^[a-z][a-z0-9-]* = ([^{}\n]+)$/gm)].map(([, text]) => text!);
  return (known ??= new Set(readdirSync(folder).flatMap(of)));
}

/** The texts of buttons, fields and headings that lie within this part of the window. */
function wordsWithin({ x, y, width, height }: { x: number; y: number; width: number; height: number }): string[] {
  const named = "button, .button, label, legend, th, dt, h1, h2, h3, .label, .tabs span, .chip, .menu a, .row b, .segments a, .chat-tabs span";
  const isWithin = (element: Element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.left >= x - 1 && box.top >= y - 1 && box.right <= x + width + 1 && box.bottom <= y + height + 1;
  };
  const texts = (element: Element) => [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map((node) => node.textContent!.trim());
  // What lies behind a dialog is not on the picture.
  const front = document.querySelector("dialog[open]") ?? document;
  const found = [...front.querySelectorAll(named)].filter((element) => element.checkVisibility() && isWithin(element));
  return found.flatMap((element) => [element, ...element.querySelectorAll("span, b")].flatMap(texts)).filter(Boolean);
}

async function toWebp({ png, quality }: { png: string; quality: number }): Promise<string> {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height];
  canvas.getContext("2d")!.drawImage(picture, 0, 0);
  return canvas.toDataURL("image/webp", quality);
}
