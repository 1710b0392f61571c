// Opens pages of a single choice in a dialog: the same address works as a page of its own without script.
import htmx from "htmx.org";
import { focusFirstFault, isDirty, markBusy } from "./form";
import { getPage, refreshMain, reasonOf, sendForm, takeToasts, type Answer } from "./page";
import { showToast } from "./toast";

let opener: HTMLAnchorElement | null = null;
let settle: ((done: boolean) => void) | undefined;
let open: ((link: HTMLAnchorElement) => Promise<void>) | undefined;

/** Opens the link's page in the dialog; the promise tells whether its form was carried out. */
export function askInDialog(link: HTMLAnchorElement): Promise<boolean> {
  return new Promise((resolve) => {
    settle = resolve;
    open?.(link).catch(() => finish(false));
  });
}

function finish(done: boolean): void {
  settle?.(done);
  settle = undefined;
}

/** The page underneath may have the same ids: labels would point at its fields. */
function rename(content: Element): void {
  for (const name of ["id", "for", "aria-describedby", "aria-labelledby", "aria-controls", "popovertarget", "list"]) {
    content.querySelectorAll(`[${name}]`).forEach((element) => {
      if (element.id === "dialog-title") return;
      const ids = (element.getAttribute(name) ?? "").split(/\s+/).filter(Boolean);
      element.setAttribute(name, ids.map((id) => `dialog-${id}`).join(" "));
    });
  }
}

/** On a phone the keyboard would cover the question. */
function focusFirstField(box: Element): void {
  if (box.querySelector("[autofocus]") || !matchMedia("(pointer: fine)").matches) return;
  box.querySelector<HTMLElement>("form :is(input:not([type=hidden], [type=file]), select, textarea)")?.focus();
}

export function dialog(box: HTMLDialogElement): void {
  const show = (page: Document): boolean => {
    const content = page.querySelector("[data-dialog-content]");
    if (!content) return false;
    box.classList.toggle("wide", content.getAttribute("data-dialog-content") === "wide");
    rename(content);
    box.replaceChildren(document.importNode(content, true));
    htmx.process(box);
    if (!box.open) {
      box.showModal();
      focusFirstField(box);
    }
    focusFirstFault(box);
    return true;
  };

  open = async (link) => {
    opener = link;
    const { response, page } = await getPage(link.href);
    if (!response.ok) {
      showToast(reasonOf(page));
      finish(false);
    } else if (!show(page)) location.assign(link.href);
  };

  const done = async ({ response, page }: Answer) => {
    finish(true);
    box.close();
    if (opener?.dataset.dialog === "follow") return location.assign(response.url);
    takeToasts(page);
    await refreshMain();
  };

  const close = () => {
    if (isDirty(box) && !confirm(document.body.dataset.leave)) return;
    box.close();
  };

  box.addEventListener("submit", async (event) => {
    const form = event.target as HTMLFormElement;
    if (form.method === "dialog") return;
    event.preventDefault();
    if (form.dataset.sending) return;
    form.dataset.sending = "";
    markBusy(event.submitter, true);
    try {
      const answer = await sendForm(form, event.submitter);
      if (answer.response.ok && (answer.response.redirected || !show(answer.page))) await done(answer);
      else if (!answer.response.ok && !show(answer.page)) showToast(reasonOf(answer.page));
    } catch {
      showToast(document.body.dataset.noNetwork ?? "");
    } finally {
      delete form.dataset.sending;
      markBusy(event.submitter, false);
    }
  });
  box.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  box.addEventListener("close", () => {
    box.replaceChildren();
    finish(false);
    opener?.focus();
  });
  box.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target === box || target.closest("[data-close-dialog]")) {
      event.preventDefault();
      close();
    }
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    link.closest<HTMLElement>("[popover]")?.hidePopover();
    open?.(link).catch(() => showToast(document.body.dataset.noNetwork ?? ""));
  });
}
