// Keeps the page fresh: hears which topics changed and fetches the parts that show them.
import { getPage, morph } from "./page";
import { isDirty } from "./form";
import { listen } from "./stream";
import { showTyping, stopTyping } from "./typing";

const GATHER_MS = 200;

let refreshNow: ((ids: string[]) => void) | undefined;

/** Fetches these parts anew at the next moment they are free. */
export function refreshParts(ids: string[]): void {
  refreshNow?.(ids);
}

export function live(element: HTMLElement): void {
  const waiting = new Set<string>();
  let timer = 0;

  const parts = () => [...document.querySelectorAll<HTMLElement>("[data-live][id]")];
  const plan = (delay = GATHER_MS) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void refresh(), delay);
  };
  const ask = (ids: string[]) => {
    ids.forEach((id) => waiting.add(id));
    if (waiting.size) plan();
  };
  const askAll = () => ask(parts().map((part) => part.id));
  const hear = (names: string[]) => {
    const topics = new Set(names);
    names.forEach(stopTyping);
    ask(parts().filter((part) => (part.dataset.live ?? "").split(" ").some((topic) => topics.has(topic))).map((part) => part.id));
  };

  async function refresh(): Promise<void> {
    const bySource = new Map<string, HTMLElement[]>();
    for (const part of parts().filter((part) => waiting.has(part.id))) {
      if (isTaken(part)) continue;
      waiting.delete(part.id);
      const source = part.dataset.liveSrc ?? location.href;
      bySource.set(source, [...(bySource.get(source) ?? []), part]);
    }
    for (const [source, group] of bySource) await replace(source, group).catch(() => group.forEach((part) => waiting.add(part.id)));
    if (parts().some((part) => waiting.has(part.id))) plan(1000);
    else waiting.clear();
  }

  function show(online: boolean): void {
    const strip = document.getElementById("offline-strip");
    if (strip) strip.hidden = online;
    element.classList.toggle("tone-green", online);
    element.classList.toggle("tone-amber", !online);
    if (!element.dataset.online) return;
    const dot = document.createElement("i");
    dot.className = "dot";
    element.replaceChildren(dot, (online ? element.dataset.online : element.dataset.offline) ?? "");
  }

  refreshNow = ask;
  listen(element.dataset.src ?? "/live", { changed: hear, typing: showTyping, missed: askAll, online: show, over: () => location.reload() });
}

/** Someone is writing, choosing or dragging in it. */
function isTaken(part: HTMLElement): boolean {
  const writing = part.contains(document.activeElement) && document.activeElement?.matches("textarea, select, input:not([type=checkbox], [type=radio])");
  return Boolean(writing) || isDirty(part) || part.matches("form[data-dirty]") || part.querySelector(":popover-open, .is-ghost, .is-dragged") !== null;
}

async function replace(source: string, group: HTMLElement[]): Promise<void> {
  const { response, page } = await getPage(source);
  if (!response.ok) return;
  for (const part of group) {
    const inside = group.some((other) => other !== part && other.contains(part));
    if (inside || !part.isConnected) continue;
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
