// Keeps the page fresh: hears which topics changed and fetches the parts that show them.
import { getPage, morph } from "./page";
import { isDirty } from "./form";

const GATHER_MS = 200;
const HIDDEN_MS = 20_000;
const LOST_MS = 3000;

let refreshNow: ((ids: string[]) => void) | undefined;

/** Fetches these parts anew at the next moment they are free. */
export function refreshParts(ids: string[]): void {
  refreshNow?.(ids);
}

export function live(element: HTMLElement): void {
  const waiting = new Set<string>();
  let stream: EventSource | undefined;
  let timer = 0;
  let lostTimer = 0;
  let pauseTimer = 0;
  let wasLost = false;
  let retryMs = 1000;

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
  const hear = (event: MessageEvent<string>) => {
    const topics = new Set((JSON.parse(event.data) as { topics?: string[] }).topics);
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
    if (element.dataset.online) {
      const dot = document.createElement("i");
      dot.className = "dot";
      element.replaceChildren(dot, (online ? element.dataset.online : element.dataset.offline) ?? "");
    }
  }

  function connect(): void {
    if (stream || document.hidden) return;
    stream = new EventSource(element.dataset.src ?? "/live");
    stream.onopen = () => {
      clearTimeout(lostTimer);
      retryMs = 1000;
      show(true);
      if (wasLost) askAll();
      wasLost = false;
    };
    stream.onmessage = hear;
    stream.addEventListener("reload", askAll);
    stream.onerror = () => {
      wasLost = true;
      clearTimeout(lostTimer);
      lostTimer = window.setTimeout(() => show(false), LOST_MS);
      if (stream?.readyState !== EventSource.CLOSED) return;
      stream = undefined;
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, 60_000);
    };
  }

  function disconnect(): void {
    clearTimeout(lostTimer);
    stream?.close();
    stream = undefined;
    wasLost = true;
  }

  refreshNow = ask;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(pauseTimer);
    if (document.hidden) pauseTimer = window.setTimeout(disconnect, HIDDEN_MS);
    else connect();
  });
  window.addEventListener("pagehide", disconnect);
  window.addEventListener("pageshow", connect);
  connect();
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
