// Places a popover at the button that opened it; arrows walk through its items.

const GAP = 6;
const EDGE = 8;

export function menu(box: HTMLElement): void {
  let button: HTMLElement | null = null;
  const items = () => [...box.querySelectorAll<HTMLElement>("a[href], button:not([disabled])")];

  const place = () => {
    if (!button) return;
    const at = button.getBoundingClientRect();
    const left = Math.min(Math.max(EDGE, at.left), innerWidth - box.offsetWidth - EDGE);
    const below = at.bottom + GAP;
    const fits = below + box.offsetHeight <= innerHeight - EDGE;
    box.style.left = `${left}px`;
    box.style.top = `${fits ? below : Math.max(EDGE, at.top - GAP - box.offsetHeight)}px`;
  };

  document.addEventListener("click", (event) => {
    const pressed = (event.target as Element).closest<HTMLElement>("[popovertarget]");
    if (pressed?.getAttribute("popovertarget") === box.id) button = pressed;
  }, true);
  box.addEventListener("beforetoggle", (event) => {
    box.classList.add("placed");
    if ((event as ToggleEvent).newState === "open") requestAnimationFrame(place);
  });
  box.addEventListener("toggle", (event) => {
    const opened = (event as ToggleEvent).newState === "open";
    button?.setAttribute("aria-expanded", String(opened));
    if (!opened) return;
    place();
    items()[0]?.focus();
  });
  box.addEventListener("keydown", (event) => {
    const list = items();
    const at = list.indexOf(document.activeElement as HTMLElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    list.at(next % list.length)?.focus();
  });
}
