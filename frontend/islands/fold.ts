// The panel of a filter closes as a menu does: by Esc and by a press elsewhere.

export function fold(box: HTMLDetailsElement): void {
  const elsewhere = (event: Event) => {
    if (!box.isConnected) document.removeEventListener("click", elsewhere);
    else if (!box.contains(event.target as Node)) box.open = false;
  };
  document.addEventListener("click", elsewhere);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.open) return;
    event.stopPropagation();
    box.open = false;
    box.querySelector("summary")?.focus();
  });
}
