// A part whose times go on while nothing else changes: fetched anew every half a minute, as long as somebody looks.
import { refreshParts } from "./live";

const EVERY_MS = 30_000;

export function ticks(element: HTMLElement): void {
  const timer = setInterval(() => {
    if (!element.isConnected) return clearInterval(timer);
    if (!document.hidden) refreshParts([element.id]);
  }, EVERY_MS);
}
