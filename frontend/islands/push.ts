// Asks this browser to show messages, and sends its subscription with the form it stands on.
const bytes = (base64url: string): Uint8Array<ArrayBuffer> => {
  const text = atob(base64url.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
};

export function push(form: HTMLFormElement): void {
  const say = (words: string) => {
    const place = form.querySelector<HTMLElement>("[role=alert]");
    if (!place) return;
    place.textContent = words;
    place.hidden = false;
  };
  form.addEventListener("submit", async (event) => {
    const field = form.querySelector<HTMLInputElement>("[name=subscription]");
    if (!field || field.value) return;
    event.preventDefault();
    if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
      say(form.dataset.impossible ?? "");
      return;
    }
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        say(form.dataset.denied ?? "");
        return;
      }
      await navigator.serviceWorker.register("/push-worker.js");
      const worker = await navigator.serviceWorker.ready;
      const options = { userVisibleOnly: true, applicationServerKey: bytes(form.dataset.key ?? "") };
      field.value = JSON.stringify(await worker.pushManager.subscribe(options));
      form.requestSubmit();
    } catch {
      say(form.dataset.impossible ?? "");
    }
  });
}
