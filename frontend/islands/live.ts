// Keeps the page fresh: hears which topics changed and fetches the parts that show them.
import htmx from "htmx.org";
import { getPage, morph } from "./page";
import { forgetLine } from "./errors";
import { isDirty } from "./form";
import { listen } from "./stream";
import { showTyping, stopTyping } from "./typing";

const GATHER_MS = 200;
const AGAIN_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_MS = 15_000;
const ALL = "*";

let refreshNow: ((ids: string[]) => void) | undefined;

/** Fetches these parts anew at the next moment they are free. */
export function refreshParts(ids: string[]): void {
  refreshNow?.(ids);
}

export function live(element: HTMLElement): void {
  const waiting = new Set<string>();
  // Topics that were named while htmx fetched something: what it brings may be older than they are.
  const meanwhile = new Map<object, Set<string>>();
  let timer = 0;
  let due = 0;
  let failures = 0;

  const parts = () => [...document.querySelectorAll<HTMLElement>("[data-live][id]")];
  const plan = (delay = GATHER_MS) => {
    const at = Date.now() + delay;
    // Whoever asked first sets the time: a stream of signals must not put it off for ever.
    if (timer && due <= at) return;
    clearTimeout(timer);
    due = at;
    timer = window.setTimeout(() => {
      timer = 0;
      void refresh();
    }, delay);
  };
  const ask = (ids: string[]) => {
    ids.forEach((id) => waiting.add(id));
    if (waiting.size) plan();
  };
  const askFor = (topics: Set<string>) =>
    ask(parts().filter((part) => topics.has(ALL) || (part.dataset.live ?? "").split(" ").some((topic) => topics.has(topic))).map((part) => part.id));
  const hear = (names: string[]) => {
    names.forEach(stopTyping);
    meanwhile.forEach((topics) => names.forEach((name) => topics.add(name)));
    askFor(new Set(names));
  };
  htmx.on("htmx:before:request", (event) => meanwhile.set(event.detail.ctx, new Set()));
  htmx.on("htmx:finally:request", (event) => {
    const topics = meanwhile.get(event.detail.ctx);
    meanwhile.delete(event.detail.ctx);
    if (topics?.size) askFor(topics);
  });

  async function refresh(): Promise<void> {
    const bySource = new Map<string, HTMLElement[]>();
    for (const part of parts().filter((part) => waiting.has(part.id))) {
      if (isTaken(part)) continue;
      waiting.delete(part.id);
      const source = part.dataset.liveSrc ?? location.href;
      bySource.set(source, [...(bySource.get(source) ?? []), part]);
    }
    let failed = false;
    const again = (group: HTMLElement[]) => {
      failed = true;
      group.forEach((part) => waiting.add(part.id));
    };
    await Promise.all([...bySource].map(([source, group]) => replace(source, group).catch(() => again(group))));
    failures = failed ? failures + 1 : 0;
    if (parts().some((part) => waiting.has(part.id))) plan(Math.min(AGAIN_MS * 2 ** Math.max(failures - 1, 0), LONGEST_PAUSE_MS));
    else waiting.clear();
  }

  function show(online: boolean): void {
    const strip = document.getElementById("offline-strip");
    if (strip) strip.hidden = online;
    if (online) forgetLine();
    element.classList.toggle("tone-green", online);
    element.classList.toggle("tone-amber", !online);
    if (!element.dataset.online) return;
    const dot = document.createElement("i");
    dot.className = "dot";
    element.replaceChildren(dot, (online ? element.dataset.online : element.dataset.offline) ?? "");
  }

  refreshNow = ask;
  const missed = () => hear([ALL]);
  const { position } = document.body.dataset;
  listen(element.dataset.src ?? "/live", position, { changed: hear, typing: showTyping, missed, online: show, over: () => location.reload() });
}

/** Someone is writing, choosing or dragging in it. */
function isTaken(part: HTMLElement): boolean {
  const writing = part.contains(document.activeElement) && document.activeElement?.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  return Boolean(writing) || isDirty(part) || part.matches("form[data-dirty]") || part.querySelector(":popover-open, .is-ghost, .is-dragged") !== null;
}

let asked = 0;
/** Which of the answers each part shows: on a bad line an older one may come later. */
const shown = new Map<string, number>();

async function replace(source: string, group: HTMLElement[]): Promise<void> {
  const number = ++asked;
  const { response, page } = await getPage(source, { signal: AbortSignal.timeout(LONGEST_MS) });
  // The server is not itself just now. Any other refusal will be the same the next time.
  if (response.status >= 500) throw new Error(`${source}: ${response.status}`);
  if (!response.ok) return;
  for (const part of group) {
    const inside = group.some((other) => other !== part && other.contains(part));
    if (inside || !part.isConnected || (shown.get(part.id) ?? 0) > number) continue;
    shown.set(part.id, number);
    const before = part.textContent;
    if (!(await morph(part.id, page))) {
      if (!part.dataset.liveSrc) part.remove();
      continue;
    }
    const now = document.getElementById(part.id);
    if (!now || now.textContent === before || now.id === "main") continue;
    now.classList.add("changed");
    now.addEventListener("animationend", () => now.classList.remove("changed"), { once: true });
  }
}
