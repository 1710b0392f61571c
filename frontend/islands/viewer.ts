// Shows a picture on the whole screen; arrows go to its neighbours, Esc or a press closes.

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
  box.className = "viewer";
  box.append(picture, words);
  box.addEventListener("click", () => box.close());
  box.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    at = (at + step + all.length) % all.length;
    show();
  });
  box.addEventListener("close", () => {
    box.remove();
    first.focus();
  });
  document.body.append(box);
  show();
  box.showModal();
}
