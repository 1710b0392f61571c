// The order of channels: a row goes up or down at once, where without script its button sends the form to be shown anew.

export function picks(list: HTMLElement): void {
  const showEnds = () => {
    const rows = [...list.children];
    rows.forEach((row, at) => {
      const [up, down] = row.querySelectorAll<HTMLButtonElement>("button[name=move]");
      if (up) up.disabled = at === 0;
      if (down) down.disabled = at === rows.length - 1;
    });
  };
  list.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[name=move]");
    const row = button?.closest("li");
    if (!button || !row) return;
    event.preventDefault();
    if (button.value.endsWith(" up")) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    showEnds();
    const other = [...row.querySelectorAll<HTMLButtonElement>("button[name=move]")].find((one) => !one.disabled);
    (button.disabled ? other : button)?.focus();
    // To the form it is as if something had been typed.
    row.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
