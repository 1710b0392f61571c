// Shows a picture on the whole screen; arrows, buttons and a swipe go to its neighbours, Esc or a press closes.

/** So far a finger has to go, in CSS pixels. */
const SWIPE = 40;

export function view(first: HTMLAnchorElement): void {
  const all = [...(first.closest(".photos, .timeline, main") ?? document).querySelectorAll<HTMLAnchorElement>("a[data-photo]")];
  const box = document.createElement("dialog");
  const picture = document.createElement("img");
  const words = document.createElement("p");
  let at = all.indexOf(first);

  const show = () => {
    const link = all[at];
    if (!link) return;
    const caption = link.querySelector("img")?.alt ?? "";
    picture.src = link.href;
    picture.alt = caption;
    words.textContent = all.length > 1 ? `${caption} · ${at + 1}/${all.length}` : caption;
    box.setAttribute("aria-label", caption);
  };
  const go = (step: number) => {
    at = (at + step + all.length) % all.length;
    show();
  };
  const button = (sign: string, className: string, deed: () => void) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = sign;
    made.setAttribute("aria-hidden", "true");
    made.tabIndex = -1;
    made.addEventListener("click", (event) => {
      event.stopPropagation();
      deed();
    });
    return made;
  };
  box.className = "viewer";
  box.append(picture, words, button("×", "viewer-close", () => box.close()));
  if (all.length > 1) box.append(button("‹", "viewer-back", () => go(-1)), button("›", "viewer-next", () => go(1)));
  let from = 0;
  box.addEventListener("pointerdown", (event) => (from = event.clientX));
  box.addEventListener("click", (event) => {
    const moved = event.clientX - from;
    if (from && Math.abs(moved) > SWIPE && all.length > 1) go(moved < 0 ? 1 : -1);
    else box.close();
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) go(step);
  });
  box.addEventListener("close", () => {
    box.remove();
    first.focus();
  });
  document.body.append(box);
  show();
  box.showModal();
}
