// Says when a background request failed; a form with faults (422) speaks for itself.
import htmx from "htmx.org";
import { showToast } from "./toast";

export function errors(body: HTMLElement): void {
  htmx.on("htmx:response:error", (event) => {
    const status = event.detail.ctx.response?.status;
    if (status !== 422) showToast(body.dataset.failed ?? "");
  });
  htmx.on("htmx:error", () => showToast(body.dataset.noNetwork ?? ""));
  htmx.on("htmx:before:request", () => body.classList.add("is-waiting"));
  htmx.on("htmx:finally:request", () => body.classList.remove("is-waiting"));
}
