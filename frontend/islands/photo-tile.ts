// One picture on its way: its ring of progress, its tick, or why it was refused.

const LENGTH = 2 * Math.PI * 15;

export class Tile {
  readonly element = document.createElement("figure");
  private readonly frame = document.createElement("span");
  private readonly words = document.createElement("figcaption");

  constructor(file: File) {
    const picture = document.createElement("img");
    picture.alt = file.name;
    picture.src = URL.createObjectURL(file);
    picture.onload = () => URL.revokeObjectURL(picture.src);
    picture.onerror = () => picture.remove();
    this.element.className = "photo";
    this.frame.className = "photo-frame";
    this.frame.append(picture);
    this.element.append(this.frame, this.words);
  }

  show(part: number, words = ""): void {
    this.clear(words);
    const percent = Math.round(part * 100);
    this.frame.insertAdjacentHTML("beforeend", `<svg class="ring" viewBox="0 0 36 36" role="img" aria-label="${percent} %"><circle cx="18" cy="18" r="15"/><circle class="part" cx="18" cy="18" r="15" stroke-dasharray="${(part * LENGTH).toFixed(1)} ${LENGTH.toFixed(1)}"/><text x="18" y="21.500">${percent}</text></svg>`);
  }

  sent(words = ""): void {
    this.clear(words);
    const icons = document.querySelector<HTMLMetaElement>("meta[name=icons]")?.content;
    this.frame.insertAdjacentHTML("beforeend", `<span class="mark"><svg class="icon" aria-hidden="true"><use href="${icons}#i-check"></use></svg></span>`);
  }

  failed(reason: string, retry = "", again: () => void): void {
    this.clear(reason);
    this.element.classList.add("is-failed");
    this.words.setAttribute("role", "alert");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small photo-retry";
    button.textContent = retry;
    button.addEventListener("click", again);
    this.frame.append(button);
  }

  private clear(words: string): void {
    this.element.classList.remove("is-failed");
    this.frame.querySelectorAll(":scope > :not(img)").forEach((part) => part.remove());
    this.words.textContent = words;
  }
}
