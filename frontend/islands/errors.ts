// Says when a background request failed; a form with faults (422) speaks for itself.
import htmx from "htmx.org";
import { markBusy } from "./form";
import { showToast } from "./toast";

export function errors(body: HTMLElement): void {
  htmx.on("htmx:response:error", (event) => {
    const status = event.detail.ctx.response?.status;
    if (status !== 422) tell(event.detail.ctx.sourceElement, body.dataset.failed);
  });
  htmx.on("htmx:error", (event) => tell(event.detail?.ctx?.sourceElement, body.dataset.noNetwork));
  htmx.on("htmx:before:request", () => body.classList.add("is-waiting"));
  htmx.on("htmx:finally:request", () => body.classList.remove("is-waiting"));
}

/** A message that did not go stays in its field, and the reason stands beside it; everything else is told below. */
function tell(source: Element | null | undefined, text = ""): void {
  const form = source?.closest?.(".chat-form");
  if (!form) return showToast(text);
  form.querySelector(".error.of-network")?.remove();
  const line = document.createElement("p");
  line.className = "error of-network";
  line.setAttribute("role", "alert");
  line.textContent = text;
  form.append(line);
  form.querySelectorAll("[aria-busy]").forEach((button) => markBusy(button as HTMLElement, false));
}
