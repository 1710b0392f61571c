// Keys of the office, by place and not by letter, so that they work in the Russian layout. Off while someone writes.

export function hotkeys(help: HTMLDialogElement): void {
  let at = -1;
  const rows = () => [...document.querySelectorAll<HTMLElement>(".board tbody tr:has(a), [data-rows] > :has(a)")];
  const linkOf = (row: HTMLElement | undefined) => row?.querySelector<HTMLAnchorElement>("a[href]");

  const walk = (step: number) => {
    const list = rows();
    if (!list.length) return;
    const marked = list.findIndex((row) => row.classList.contains("at"));
    list[marked]?.classList.remove("at");
    at = Math.min(Math.max((marked < 0 ? at : marked) + step, 0), list.length - 1);
    list[at]?.classList.add("at");
    list[at]?.scrollIntoView({ block: "nearest" });
    linkOf(list[at])?.focus({ preventScroll: true });
  };

  const deeds: Record<string, () => void> = {
    KeyN: () => (document.querySelector<HTMLElement>("[data-hotkey=new]") ?? null)?.click() ?? location.assign(help.dataset.new ?? "/"),
    KeyJ: () => walk(1),
    KeyK: () => walk(-1),
    KeyX: () => rows()[at]?.querySelector<HTMLInputElement>(".row-check")?.click(),
    Enter: () => linkOf(rows()[at])?.click(),
    Slash: () => document.querySelector<HTMLInputElement>("input[type=search]")?.focus(),
    Escape: () => document.querySelector<HTMLAnchorElement>(".crumbs a:last-of-type")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const writing = target.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
    if (writing && event.key === "Escape") return target.blur();
    if (writing || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open], :popover-open")) return;
    if (event.code === "Slash" && event.shiftKey) return help.showModal();
    const deed = deeds[event.code];
    if (!deed || event.shiftKey || (event.code === "Enter" && (at < 0 || target.matches("a, button, summary, input")))) return;
    event.preventDefault();
    deed();
  });
}
