// Keeps what is typed in a chat until it is sent: over an answer to a line, another tab of the panel, a page loaded anew. Ctrl+Enter
// sends, Esc leaves an answer, and whoever has sent a line goes on writing.

let sent = "";

export function draft(field: HTMLTextAreaElement): void {
  const form = field.form;
  const key = `draft ${field.dataset.draft}`;
  if (!form) return;
  const keep = () => (field.value ? sessionStorage.setItem(key, field.value) : sessionStorage.removeItem(key));
  if (field.value) keep();
  else field.value = sessionStorage.getItem(key) ?? "";
  if (sent === key) {
    sent = "";
    field.focus();
  }
  field.addEventListener("input", keep);
  field.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const leave = form.querySelector<HTMLAnchorElement>(".chat-about a");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    else if (event.key === "Escape" && leave) leave.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  form.addEventListener("submit", () => {
    // What is refused comes back in the field.
    sessionStorage.removeItem(key);
    sent = key;
  });
}
