// Cards move between columns: a form of the card is posted, a link opens the dialog; a refusal takes the card back.
import Sortable from "sortablejs";
import { askInDialog } from "./dialog";
import { reasonOf, refreshMain, sendForm, takeToasts } from "./page";
import { showToast } from "./toast";

const columnOf = (list: Element) => list.closest<HTMLElement>(".kanban-column");
const statusOf = (list: Element) => columnOf(list)?.dataset.status ?? "";

function deedOf(card: Element, status: string): HTMLFormElement | HTMLAnchorElement | null {
  return card.querySelector<HTMLFormElement | HTMLAnchorElement>(`[data-drop="${CSS.escape(status)}"]`);
}

async function carryOut(deed: HTMLFormElement | HTMLAnchorElement): Promise<boolean> {
  if (deed instanceof HTMLAnchorElement) return askInDialog(deed);
  const { response, page } = await sendForm(deed);
  if (response.ok) takeToasts(page);
  else showToast(reasonOf(page));
  return response.ok;
}

function count(board: HTMLElement): void {
  for (const column of board.querySelectorAll(".kanban-column")) {
    const shown = column.querySelector<HTMLElement>("header .count");
    const cards = column.querySelectorAll(".order-card").length;
    if (shown && !shown.dataset.more) shown.textContent = String(cards);
  }
}

export function kanbanDrag(board: HTMLElement): void {
  const lists = [...board.querySelectorAll<HTMLElement>(".kanban-cards")];

  const markTargets = (card: Element | null, from?: Element) => {
    for (const list of lists) {
      const allowed = card !== null && list !== from && deedOf(card, statusOf(list)) !== null;
      columnOf(list)?.classList.toggle("can-drop", allowed);
      columnOf(list)?.classList.toggle("cannot-drop", card !== null && list !== from && !allowed);
    }
  };

  /** The column over which the card was let go; the card itself may still lie in another that it passed. */
  const columnUnder = (event: Sortable.SortableEvent) => {
    const { originalEvent } = event as Sortable.SortableEvent & { originalEvent?: MouseEvent | TouchEvent };
    const point = originalEvent instanceof MouseEvent ? originalEvent : originalEvent?.changedTouches?.[0];
    return point ? document.elementFromPoint(point.clientX, point.clientY)?.closest<HTMLElement>(".kanban-column") : null;
  };

  const drop = async (event: Sortable.SortableEvent) => {
    markTargets(null);
    const { item, from, to, oldIndex } = event;
    const over = columnUnder(event);
    const refused = Boolean(over && over !== columnOf(to));
    if (from === to) return void (refused && showToast(board.dataset.refused ?? ""));
    const back = () => {
      from.insertBefore(item, from.children[oldIndex ?? 0] ?? null);
      count(board);
    };
    if (refused) {
      showToast(board.dataset.refused ?? "");
      return back();
    }
    const deed = deedOf(item, statusOf(to));
    count(board);
    item.setAttribute("hx-morph-skip", "");
    const done = deed !== null && (await carryOut(deed).catch(() => (showToast(document.body.dataset.noNetwork ?? ""), false)));
    item.removeAttribute("hx-morph-skip");
    if (!done) return back();
    await refreshMain();
  };

  for (const list of lists) {
    Sortable.create(list, {
      group: "cards",
      sort: false,
      animation: 140,
      delay: 260,
      delayOnTouchOnly: true,
      draggable: ".order-card",
      ghostClass: "is-ghost",
      dragClass: "is-dragged",
      forceFallback: true,
      fallbackOnBody: true,
      fallbackTolerance: 4,
      scrollSensitivity: 80,
      onStart: (event) => markTargets(event.item, event.from),
      onMove: (event) => event.to === event.from || deedOf(event.dragged, statusOf(event.to)) !== null,
      onEnd: (event) => void drop(event),
    });
  }
}
