// Files chosen for a message: shown before they are sent, pictures made smaller, too many refused at once. Pictures may be pasted, too.
import { shrink } from "./photo-upload";

export function chatFiles(element: HTMLElement): void {
  const form = element.closest("form");
  const field = element.querySelector<HTMLInputElement>("input[type=file]");
  const list = element.querySelector<HTMLElement>("ul");
  if (!form || !field || !list) return;
  const { most = "10", megabytes = "64", tooMany = "", tooLarge = "", remove = "" } = element.dataset;
  let chosen: File[] = [];
  let atWork = Promise.resolve();

  function complain(text: string): void {
    form!.querySelector(".error.of-files")?.remove();
    if (!text) return;
    const line = document.createElement("p");
    line.className = "error of-files";
    line.setAttribute("role", "alert");
    line.textContent = text;
    form!.append(line);
  }

  function show(): void {
    const data = new DataTransfer();
    chosen.forEach((file) => data.items.add(file));
    field!.files = data.files;
    list!.hidden = chosen.length === 0;
    list!.replaceChildren(...chosen.map(line));
    form!.dataset.dirty = "";
  }

  function line(file: File): HTMLElement {
    const item = document.createElement("li");
    const name = document.createElement("span");
    const button = document.createElement("button");
    name.textContent = file.name;
    button.type = "button";
    button.className = "button quiet icon-only small";
    button.setAttribute("aria-label", `${remove} ${file.name}`);
    button.textContent = "×";
    button.addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== file);
      complain("");
      show();
      field!.focus();
    });
    if (file.type.startsWith("image/")) {
      const picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      picture.onload = () => URL.revokeObjectURL(picture.src);
      picture.onerror = () => picture.remove();
      item.append(picture);
    }
    item.append(name, button);
    return item;
  }

  async function add(files: File[]): Promise<void> {
    const submit = form!.querySelector<HTMLButtonElement>("button:not([type])");
    if (submit) submit.disabled = true;
    try {
      const wanted = [...chosen];
      for (const file of files) wanted.push(await shrink(file));
      const large = wanted.reduce((sum, file) => sum + file.size, 0) > Number(megabytes) * 1024 * 1024;
      complain(wanted.length > Number(most) ? tooMany : large ? tooLarge : "");
      if (wanted.length <= Number(most) && !large) chosen = wanted;
    } finally {
      if (submit) submit.disabled = false;
      show();
    }
  }

  const enqueue = (files: File[]) => {
    if (files.length) atWork = atWork.then(() => add(files));
  };
  field.addEventListener("change", () => enqueue([...(field.files ?? [])]));
  form.querySelector("textarea")?.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    enqueue(files);
  });
}
