// Getting pages in the background and putting parts of them in place of the old ones.
import htmx from "htmx.org";
import { showToast } from "./toast";

export interface Answer {
  response: Response;
  page: Document;
}

let waiting = 0;

/** Fetches a page and parses it; the thin line on top shows while this takes long. */
export async function getPage(url: string, options: RequestInit = {}): Promise<Answer> {
  document.body.classList.toggle("is-waiting", ++waiting > 0);
  try {
    const response = await fetch(url, { ...options, headers: { Accept: "text/html", ...options.headers } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (response.redirected && new URL(response.url).pathname === "/sign-in") location.assign(response.url);
    return { response, page };
  } finally {
    document.body.classList.toggle("is-waiting", --waiting > 0);
  }
}

/** Sends a form as the browser would and gives the page it led to. */
export function sendForm(form: HTMLFormElement, submitter?: HTMLElement | null): Promise<Answer> {
  const data = new FormData(form, submitter);
  const button = submitter as HTMLButtonElement | null | undefined;
  const url = button?.hasAttribute("formaction") ? button.formAction : form.action;
  if (form.method === "get") return getPage(`${url.split("?")[0]}?${asQuery(data)}`);
  const body = form.enctype === "multipart/form-data" ? data : asQuery(data);
  return getPage(url, { method: "POST", body });
}

export function asQuery(data: FormData): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === "string") query.append(name, value);
  return query;
}

/** Morphs the element with this id into its namesake of the page; says whether there was one. */
export async function morph(id: string, page: Document): Promise<boolean> {
  const old = document.getElementById(id);
  const fresh = page.getElementById(id);
  if (!old || !fresh) return false;
  keepOpen(old, fresh);
  await htmx.swap({ sourceElement: old, target: old, text: fresh.outerHTML, swap: "outerMorph ignoreTitle:true" });
  return true;
}

/** What the reader has unfolded stays unfolded. */
function keepOpen(old: Element, fresh: Element): void {
  const folds = fresh.querySelectorAll("details");
  old.querySelectorAll("details").forEach((fold, index) => {
    const twin = fold.id ? fresh.querySelector(`#${CSS.escape(fold.id)}`) : folds[index];
    if (twin && fold.open) twin.setAttribute("open", "");
  });
}

/** Shows the notices of another page on this one. */
export function takeToasts(page: Document): void {
  page.querySelectorAll(".toasts .toast > span").forEach((text) => showToast(text.textContent ?? ""));
}

/** This page's content as it is now. */
export async function refreshMain(): Promise<void> {
  const { response, page } = await getPage(location.href);
  if (response.ok) await morph("main", page);
}

/** The reason of a refusal, as the page tells it. */
export function reasonOf(page: Document): string {
  const place = page.querySelector(".form-errors .lead span, .error span, main h1, h1");
  return place?.textContent?.trim() || (document.body.dataset.failed ?? "");
}
