// Shrinks each chosen picture and sends it by itself, with a ring of progress and a second try.
import { morph, getPage, reasonOf } from "./page";
import { Tile } from "./photo-tile";

const LONGEST = 1920;
const QUALITY = 0.82;

/** A JPEG of at most 1920 px with the rotation applied; the file itself when it is no picture or already smaller. */
export async function shrink(file: File): Promise<File> {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file; // the server says what is wrong with it
  }
}

export function photoUpload(form: HTMLFormElement): void {
  const grid = form.querySelector(".photos");
  const picker = form.querySelector<HTMLInputElement>(".photo-add input");
  const plain = form.querySelector<HTMLInputElement>(".upload-plain input");
  if (!grid || !picker) return;
  if (plain) plain.disabled = true;
  let queue = Promise.resolve();
  let left = 0;

  const send = async (file: File, tile: Tile, key: string) => {
    const data = new FormData(form);
    data.delete(picker.name);
    data.append(picker.name, file);
    data.set("_key", key);
    tile.show(0, form.dataset.sending);
    const failure = await post(form.action, data, key, (part) => tile.show(part, form.dataset.sending));
    if (failure === null) tile.sent(form.dataset.sent);
    else tile.failed(failure || (form.dataset.failed ?? ""), form.dataset.retry, () => enqueue(() => send(file, tile, key)));
    if (--left === 0 && failure === null && form.id && !form.querySelector(".is-failed")) {
      const { response, page } = await getPage(location.href);
      if (response.ok) await morph(form.id, page);
    }
  };
  const enqueue = (work: () => Promise<void>) => {
    left++;
    queue = queue.then(work, work);
  };

  picker.addEventListener("change", () => {
    for (const file of picker.files ?? []) {
      const tile = new Tile(file);
      grid.insertBefore(tile.element, grid.querySelector(".photo-add"));
      const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
      enqueue(async () => send(await shrink(file), tile, key));
    }
    picker.value = "";
  });
}

/** Sends by XMLHttpRequest, which alone tells how much has gone. Gives null, or why not. */
function post(url: string, data: FormData, key: string, progress: (part: number) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Idempotency-Key", key);
    request.setRequestHeader("Accept", "text/html");
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onerror = request.ontimeout = () => resolve("");
    request.onload = () => resolve(request.status < 300 ? null : reasonOf(new DOMParser().parseFromString(request.responseText, "text/html")));
    request.send(data);
  });
}
