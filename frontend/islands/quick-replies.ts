// Ready answers above a chat's field: a press puts the text where the cursor is, to be looked over before it is sent.
export function quickReplies(element: HTMLElement): void {
  element.addEventListener("click", (event) => {
    const chip = (event.target as HTMLElement).closest<HTMLButtonElement>("button.chip");
    const field = element.closest("form")?.querySelector<HTMLTextAreaElement>("textarea");
    if (!chip || !field) return;
    const before = field.value.slice(0, field.selectionStart);
    const space = before && !/\s$/.test(before) ? " " : "";
    field.focus();
    field.setRangeText(space + (chip.textContent ?? ""), field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
