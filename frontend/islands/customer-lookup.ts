// Finds a customer as the phone or the name is typed; choosing fills the hidden id and the fields beside.

const TYPING_MS = 250;

export function customerLookup(box: HTMLElement): void {
  const input = box.querySelector<HTMLInputElement>("[role=combobox]");
  const chosen = box.querySelector<HTMLInputElement>("input[type=hidden]");
  const list = box.querySelector<HTMLElement>("[role=listbox]");
  if (!input || !list) return;
  let timer = 0;
  let asked = 0;
  const options = () => [...list.querySelectorAll<HTMLElement>("[role=option]")];

  const close = () => {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (option: HTMLElement | undefined) => {
    options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
    if (option) input.setAttribute("aria-activedescendant", option.id);
    option?.scrollIntoView({ block: "nearest" });
  };
  const choose = (option: HTMLElement) => {
    if (chosen) chosen.value = option.dataset.id ?? "";
    for (const [key, value] of Object.entries(option.dataset)) {
      if (!key.startsWith("fill")) continue;
      const name = key.slice(4).replace(/[A-Z]/g, (letter, at: number) => (at ? "_" : "") + letter.toLowerCase());
      const field = input.form?.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value ?? "";
    }
    close();
    box.dispatchEvent(new Event("chosen", { bubbles: true }));
  };
  const ask = async () => {
    const words = input.value.trim();
    const number = ++asked;
    if (words.length < 2) return close();
    const response = await fetch(`${box.dataset.src}?q=${encodeURIComponent(words)}`, { headers: { Accept: "text/html" } });
    if (!response.ok || number !== asked) return;
    const found = await response.text();
    if (number !== asked) return;
    list.innerHTML = found;
    options().forEach((option, index) => (option.id = `${list.id || "lookup"}-${index}`));
    input.setAttribute("aria-expanded", String(list.childElementCount > 0));
  };

  input.setAttribute("autocomplete", "off");
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => {
    if (chosen) chosen.value = "";
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask().catch(close), TYPING_MS);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" && all.length) mark(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp" && all.length) mark(all.at(at - 1));
    else if (event.key === "Enter" && all[at]) choose(all[at]);
    else if (event.key === "Escape" && all.length) close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("mousedown", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (!option) return;
    event.preventDefault();
    choose(option);
  });
  input.addEventListener("blur", () => setTimeout(close, 100));
}
