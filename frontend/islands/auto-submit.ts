// A filter form answers at once: the content is fetched and morphed in, the address follows.
import { asQuery, getPage, morph } from "./page";

const TYPING_MS = 300;

export function autoSubmit(form: HTMLFormElement): void {
  let timer = 0;
  let request: AbortController | undefined;

  const send = async () => {
    const query = asQuery(new FormData(form));
    for (const [name, value] of [...query]) if (!value) query.delete(name, value);
    const address = `${form.action.split("?")[0]}${query.size ? `?${query}` : ""}`;
    request?.abort();
    request = new AbortController();
    try {
      const { response, page } = await getPage(address, { signal: request.signal });
      if (!response.ok) return form.submit();
      history.replaceState(null, "", address);
      for (const id of (form.dataset.target ?? "main").split(" ")) await morph(id, page);
    } catch (error) {
      if ((error as Error).name !== "AbortError") form.submit();
    }
  };
  const soon = (delay: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void send(), delay);
  };

  // At the document: a field of the form may stand outside it, as the search in the top bar does.
  document.addEventListener("input", (event) => {
    if ((event.target as HTMLInputElement).form !== form) return;
    const typed = (event.target as HTMLElement).matches("[type=search], [type=text], [type=tel], [type=number], :not([type])");
    soon(typed ? TYPING_MS : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    soon(0);
  });
}
