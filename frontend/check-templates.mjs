// Looks through the templates for what the content policy would drop or block without a word.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const templates = path.join(path.dirname(fileURLToPath(import.meta.url)), "../crates/app/templates");
const forbidden = [
  [/\sstyle\s*=/i, "style= attribute"],
  [/<style\b/i, "<style> element"],
  [/\s(data-)?hx-on\b/i, "hx-on"],
  [/\son[a-z]+\s*=/i, "inline event handler"],
  [/<script\b(?![^>]*\bsrc=)/i, "inline script"],
  [/<script\b[^>]*>[^<]/i, "script body"],
  [/hx-(vals|confirm|headers)\s*=\s*["']\s*js:/i, "js: value"],
  [/hx-trigger\s*=\s*"[^"]*\[/i, "trigger filter (needs eval)"],
  [/(src|href|action)\s*=\s*["'](https?:)?\/\/(?!yandex\.ru\/maps|2gis\.ru|www\.openstreetmap\.org)/i, "address on another host"],
];

let faults = 0;
for (const file of fs.readdirSync(templates, { recursive: true })) {
  // A letter has no style sheet of ours, and no page of ours shows it.
  if (!file.endsWith(".html") || file === "notifications/mail.html") continue;
  const lines = fs.readFileSync(path.join(templates, file), "utf8").split("\n");
  lines.forEach((line, index) => {
    for (const [pattern, name] of forbidden) {
      if (!pattern.test(line)) continue;
      console.error(`${file}:${index + 1}: ${name}`);
      faults++;
    }
  });
}
if (faults) process.exit(1);
