// Tells the other side that something is being typed, and shows who of them types.

const TOLD_MS = 3000;
const SHOWN_MS = 5000;

const timers = new WeakMap<HTMLElement, number>();

export function typing(field: HTMLTextAreaElement): void {
  let told = 0;
  field.addEventListener("input", () => {
    const form = field.form;
    if (!form || !field.value.trim() || Date.now() - told < TOLD_MS) return;
    told = Date.now();
    const body = new URLSearchParams({ typing: "1" });
    for (const name of ["audience", "visit"]) {
      const value = form.querySelector<HTMLInputElement>(`input[name=${name}]`)?.value;
      if (value) body.set(name, value);
    }
    // Whether it is heard matters little.
    fetch(form.action, { method: "POST", body }).catch(() => undefined);
  });
}

function places(topic: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-typing]")].filter((place) => place.dataset.typing === topic);
}

export function showTyping(topic: string, who: string): void {
  for (const place of places(topic)) {
    clearTimeout(timers.get(place));
    const text = (place.dataset.text ?? "{who}").replace("{who}", () => who);
    if (place.textContent !== text) place.textContent = text;
    timers.set(place, window.setTimeout(() => place.replaceChildren(), SHOWN_MS));
  }
}

/** What was typed has come. */
export function stopTyping(topic: string): void {
  places(topic).forEach((place) => place.replaceChildren());
}
