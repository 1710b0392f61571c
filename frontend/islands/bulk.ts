// Rows chosen in a table: counts them and ticks all at once.

export function bulk(form: HTMLElement): void {
  const rows = () => [...form.querySelectorAll<HTMLInputElement>(".row-check")];
  const all = () => form.querySelector<HTMLInputElement>("[data-check-all]");
  const show = () => {
    const chosen = rows().filter((row) => row.checked).length;
    form.querySelectorAll("[data-chosen]").forEach((place) => (place.textContent = String(chosen)));
    const box = all();
    if (!box) return;
    box.checked = chosen > 0 && chosen === rows().length;
    box.indeterminate = chosen > 0 && !box.checked;
  };
  form.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box === all()) rows().forEach((row) => (row.checked = box.checked));
    show();
  });
  form.addEventListener("click", (event) => {
    if (!(event.target as Element).closest("[data-clear-choice]")) return;
    rows().forEach((row) => (row.checked = false));
    show();
  });
  show();
}
