// Shows what the server pushes, and opens its page when it is pressed.
/// <reference lib="webworker" />
declare const self: ServiceWorkerGlobalScope;

interface Told {
  title?: string;
  text?: string;
  url?: string;
  id?: string;
}

self.addEventListener("push", (event) => {
  const told: Told = event.data?.json() ?? {};
  const shown = self.registration.showNotification(told.title ?? "", {
    body: told.text ?? "",
    tag: told.id ?? "",
    data: told.url ?? "/",
  });
  event.waitUntil(shown);
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const url = new URL(String(event.notification.data), self.location.origin);
  // Only our own pages: what comes by push opens nothing else.
  if (url.origin === self.location.origin) event.waitUntil(self.clients.openWindow(url.href));
});

export {};
