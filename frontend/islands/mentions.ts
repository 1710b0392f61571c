// Suggests colleagues behind an «@»: arrows and Enter or a press put the name into the text.

const MOST = 6;

export function mentions(field: HTMLTextAreaElement): void {
  const people = JSON.parse(field.dataset.people ?? "[]") as string[];
  const list = document.createElement("ul");
  list.className = "chat-people";
  list.id = `${field.id}-people`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.peopleLabel ?? "");
  list.hidden = true;
  field.before(list);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let at = 0;

  /** What is typed behind the last «@» before the cursor. */
  function sought(): { from: number; text: string } | null {
    const before = field.value.slice(0, field.selectionStart);
    const found = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N}\- ]{0,40})$/u.exec(before);
    return found ? { from: before.length - (found[1] ?? "").length, text: fold(found[1] ?? "") } : null;
  }

  function show(): void {
    const typed = sought();
    const fitting = typed ? people.filter((name) => fits(name, typed.text)).slice(0, MOST) : [];
    at = 0;
    list.hidden = fitting.length === 0;
    list.replaceChildren(...fitting.map(option));
    mark();
  }

  function option(name: string, index: number): HTMLElement {
    const item = document.createElement("li");
    item.id = `${list.id}-${index}`;
    item.setAttribute("role", "option");
    item.textContent = name;
    // Before the field loses the focus.
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      put(name);
    });
    return item;
  }

  function mark(): void {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    const chosen = list.hidden ? undefined : list.children[at];
    if (chosen) field.setAttribute("aria-activedescendant", chosen.id);
    else field.removeAttribute("aria-activedescendant");
  }

  function put(name: string): void {
    const typed = sought();
    if (!typed) return;
    field.setRangeText(`${name} `, typed.from, field.selectionStart, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    hide();
  }

  function hide(): void {
    list.hidden = true;
    mark();
  }

  field.addEventListener("input", show);
  field.addEventListener("click", show);
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = list.children.length;
    if (step) at = (at + step + count) % count;
    else if (event.key === "Enter" || event.key === "Tab") put(list.children[at]?.textContent ?? "");
    else if (event.key === "Escape") hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
    mark();
  });
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll("ё", "е");
}

function fits(name: string, typed: string): boolean {
  const folded = fold(name);
  // The whole name stands there already.
  if (typed.startsWith(folded)) return false;
  return folded.startsWith(typed) || folded.split(" ").some((word) => word.startsWith(typed));
}
