// Says when a background request failed; a form with faults (422) or overtaken by somebody (412) speaks for itself.
import htmx from "htmx.org";
import { markBusy } from "./form";
import { reasonOf } from "./page";
import { showToast } from "./toast";

export function errors(body: HTMLElement): void {
  htmx.on("htmx:response:error", (event) => {
    const status = event.detail.ctx.response?.status;
    if (status !== 412 && status !== 422) tell(event.detail.ctx.sourceElement, body.dataset.failed);
  });
  htmx.on("htmx:before:swap", (event) => {
    const { ctx, tasks } = event.detail;
    const main = tasks.find(({ type }: { type: string }) => type === "main");
    if (!ctx.select || ctx.swap === "none" || !main || main.fragment.childElementCount) return;
    // The page of an error, or of signing in, has nothing to put in this place: what stands there stays, with all that was typed.
    event.preventDefault();
    const answer = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
    tell(ctx.sourceElement, reasonOf(answer));
  });
  htmx.on("htmx:error", (event) => tell(event.detail?.ctx?.sourceElement, body.dataset.noNetwork, "of-line"));
  htmx.on("htmx:before:request", () => body.classList.add("is-waiting"));
  htmx.on("htmx:finally:request", () => body.classList.remove("is-waiting"));
}

/** With the line back, nothing is left to complain of. */
export function forgetLine(): void {
  document.querySelectorAll(".error.of-line").forEach((line) => line.remove());
}

/** A message that did not go stays in its field, and the reason stands beside it; everything else is told below. */
function tell(source: Element | null | undefined, text = "", kind = "of-answer"): void {
  const form = source?.closest?.(".chat-form");
  if (!form) return showToast(text);
  form.querySelector(".error.of-network")?.remove();
  const line = document.createElement("p");
  line.className = `error of-network ${kind}`;
  line.setAttribute("role", "alert");
  line.textContent = text;
  form.append(line);
  form.querySelectorAll("[aria-busy]").forEach((button) => markBusy(button as HTMLElement, false));
}
