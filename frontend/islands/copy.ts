// Copies data-copy; where the browser does not allow it, selects the text instead.
import { showToast } from "./toast";

export function copy(button: HTMLElement): void {
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy ?? "");
      showToast(document.body.dataset.copied ?? "");
    } catch {
      const shown = button.parentElement?.querySelector("code");
      if (shown) getSelection()?.selectAllChildren(shown);
    }
  });
}
