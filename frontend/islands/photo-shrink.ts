// Shrinks the pictures chosen in a plain file field, so that a form with several of them is small enough to go at once.
import { shrink } from "./photo-upload";

export function photoShrink(field: HTMLInputElement): void {
  const form = field.form;
  if (!form) return;
  field.addEventListener("change", async () => {
    const chosen = [...(field.files ?? [])];
    const button = form.querySelector<HTMLButtonElement>("button[type=submit]");
    if (button) button.disabled = true;
    try {
      const small = new DataTransfer();
      for (const file of chosen) small.items.add(await shrink(file));
      field.files = small.files;
    } finally {
      if (button) button.disabled = false;
    }
  });
}
