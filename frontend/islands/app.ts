// Starts the behaviours named by data-island, now and in parts of the page that come later.
import "htmx.org";
import { autoSubmit } from "./auto-submit";
import { bulk } from "./bulk";
import { copy } from "./copy";
import { countdown } from "./countdown";
import { dialog } from "./dialog";
import { draft } from "./draft";
import { errors } from "./errors";
import { fold } from "./fold";
import { watchForms } from "./form";
import { hotkeys } from "./hotkeys";
import { live } from "./live";
import { menu } from "./menu";
import { quickReplies } from "./quick-replies";
import { reveal } from "./reveal";
import { ticks } from "./ticks";
import { toast } from "./toast";
import { typing } from "./typing";

type Island = (element: HTMLElement) => void;

const islands: Record<string, Island> = {
  "auto-submit": autoSubmit as Island,
  bulk,
  copy,
  countdown,
  dialog: dialog as Island,
  draft: draft as Island,
  errors,
  fold: fold as Island,
  hotkeys: hotkeys as Island,
  live,
  menu,
  "quick-replies": quickReplies,
  reveal,
  ticks,
  toast,
  typing: typing as Island,
};

/** Needed on few pages, so they come as files of their own. */
const rare: Record<string, () => Promise<Island>> = {
  "chat-files": async () => (await import("./chat-files")).chatFiles,
  "customer-lookup": async () => (await import("./customer-lookup")).customerLookup,
  "kanban-drag": async () => (await import("./kanban-drag")).kanbanDrag,
  picks: async () => (await import("./picks")).picks,
  mentions: async () => (await import("./mentions")).mentions as Island,
  "photo-shrink": async () => (await import("./photo-shrink")).photoShrink as Island,
  "photo-upload": async () => (await import("./photo-upload")).photoUpload as Island,
  push: async () => (await import("./push")).push as Island,
  signature: async () => (await import("./signature")).signature,
};

const started = new WeakMap<HTMLElement, Set<string>>();

async function start(element: HTMLElement): Promise<void> {
  const done = started.get(element) ?? new Set();
  started.set(element, done);
  for (const name of (element.dataset.island ?? "").split(/\s+/)) {
    if (done.has(name)) continue;
    done.add(name);
    const island = islands[name] ?? (await rare[name]?.());
    island?.(element);
  }
}

function startWithin(root: Node): void {
  if (!(root instanceof HTMLElement)) return;
  if (root.dataset.island) void start(root);
  root.querySelectorAll<HTMLElement>("[data-island]").forEach((element) => void start(element));
}

watchForms();
startWithin(document.body);
new MutationObserver((changes) => {
  for (const change of changes) change.addedNodes.forEach(startWithin);
}).observe(document.body, { childList: true, subtree: true });

document.addEventListener("click", async (event) => {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-photo]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  (await import("./viewer")).view(link);
});
