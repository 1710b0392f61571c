// Short notices at the bottom: each goes by itself, unless the pointer or the focus is on it.

const SHOWN_MS = 6000;
const SHOWN_WITH_BUTTON_MS = 10_000;

export function toast(region: HTMLElement): void {
  const start = (element: Element) => {
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "×";
    close.setAttribute("aria-label", region.dataset.close ?? "");
    close.addEventListener("click", () => element.remove());
    const shown = element.querySelector("form, button, a") ? SHOWN_WITH_BUTTON_MS : SHOWN_MS;
    element.append(close);
    const leave = () => {
      if (element.matches(":hover, :focus-within")) return void setTimeout(leave, 1000);
      element.classList.add("leaving");
      setTimeout(() => element.remove(), 250);
    };
    setTimeout(leave, shown);
  };
  region.querySelectorAll(".toast").forEach(start);
  window.addEventListener("toast", (event) => {
    const element = document.createElement("div");
    const text = document.createElement("span");
    text.textContent = (event as CustomEvent<string>).detail;
    element.className = "toast";
    element.append(text);
    region.append(element);
    start(element);
  });
}

/** Shows a notice. */
export function showToast(text: string): void {
  if (text.trim()) window.dispatchEvent(new CustomEvent("toast", { detail: text.trim() }));
}
