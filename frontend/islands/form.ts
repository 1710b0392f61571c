// Every form: the pressed button shows that it works, unsaved text is not lost by accident, focus goes to the first fault.

export function isDirty(root: ParentNode): boolean {
  return root.querySelector("form[data-dirty]") !== null;
}

export function markBusy(button: HTMLElement | null | undefined, busy: boolean): void {
  if (!(button instanceof HTMLButtonElement)) return;
  if (busy) {
    button.style.minWidth = `${button.offsetWidth}px`;
    button.setAttribute("aria-busy", "true");
    button.dataset.label ??= button.innerHTML;
    if (button.dataset.busy) button.textContent = button.dataset.busy;
  } else if (button.getAttribute("aria-busy")) {
    button.removeAttribute("aria-busy");
    button.style.minWidth = "";
    if (button.dataset.label !== undefined) button.innerHTML = button.dataset.label;
    delete button.dataset.label;
  }
}

function onInput(event: Event): void {
  const form = (event.target as HTMLInputElement).form;
  if (form && form.method !== "get" && form.method !== "dialog" && !("keep" in form.dataset)) form.dataset.dirty = "";
}

function onSubmit(event: SubmitEvent): void {
  const form = event.target as HTMLFormElement;
  const button = event.submitter ?? form.querySelector<HTMLButtonElement>("button[type=submit], button:not([type])");
  if (button?.getAttribute("aria-busy") && !event.defaultPrevented) return event.preventDefault();
  if (event.defaultPrevented || form.method === "dialog") return;
  delete form.dataset.dirty;
  // After the browser has read the form: a disabled or renamed button would fall out of it.
  setTimeout(() => markBusy(button, true));
}

export function watchForms(): void {
  document.addEventListener("input", onInput);
  document.addEventListener("submit", onSubmit);
  window.addEventListener("beforeunload", (event) => {
    if (isDirty(document)) event.preventDefault();
  });
  // Back from the next page: the browser shows this one as it was left.
  window.addEventListener("pageshow", () => document.querySelectorAll<HTMLElement>("[aria-busy]").forEach((button) => markBusy(button, false)));
  focusFirstFault(document);
}

export function focusFirstFault(root: ParentNode): void {
  const fault = root.querySelector<HTMLElement>("[aria-invalid=true]") ?? root.querySelector<HTMLElement>(".form-errors");
  fault?.focus();
}
