// Notifications of the browser, and the cards of the channels that people set up for themselves.
import { createCompany, createOrder, offerVisit } from "../harness/data";
import { startPush, startWhatsApp, type Push } from "../harness/emulators";
import { axe, desktop, expect, type Look, phone, screenshot, signIn, test, type Crm } from "../harness/test";
import type { Page, Worker } from "@playwright/test";

const dark: Look = { ...phone, theme: "dark" };
const boris = 79990000002;

/** What a service worker is told, and what it shows of it. */
type Told = { id: string; title: string; text: string; url: string };
type Shown = { title: string; body: string; tag: string; url: string };

/** What is used of the world in which a service worker lives. */
type Inside = EventTarget & {
  clients: { openWindow(url: string): Promise<null> };
  registration: ServiceWorkerRegistration;
  NotificationEvent: new (kind: string, about: { notification: Notification }) => Event;
};

/**
 * Lets the page subscribe with the emulated service: the browser's own cannot be reached from here. Gives the subscriptions that
 * were made. The service takes messages from the sender whose key the page named, and from nobody else.
 */
async function subscribeWith(page: Page, push: Push): Promise<string[]> {
  const made: string[] = [];
  await page.exposeFunction("__subscribe", async (key: string) => {
    made.push(await push.subscribe(key));
    return made.at(-1)!;
  });
  await page.addInitScript(() => {
    const ask = (globalThis as unknown as { __subscribe(key: string): Promise<string> }).__subscribe;
    PushManager.prototype.subscribe = async (options) => {
      if (!options?.userVisibleOnly) throw new Error("browsers ask for this");
      const bytes = new Uint8Array(options.applicationServerKey as ArrayBuffer);
      const key = btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
      const subscription = JSON.parse(await ask(key));
      return { ...subscription, toJSON: () => subscription } as PushSubscription;
    };
  });
  return made;
}

/** Brings what a service has for this browser to its worker, as the browser does. */
async function deliver(page: Page, crm: Crm, message: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const registered = new Promise<string>((found) =>
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const alive = registrations.find(({ isDeleted, scopeURL }) => !isDeleted && scopeURL === `${crm.url}/`);
      if (alive) found(alive.registrationId);
    }),
  );
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.deliverPushMessage", { origin: crm.url, registrationId: await registered, data: message });
  await session.detach();
}

/** The notifications that stand on the screen. */
function shown(page: Page): Promise<Shown[]> {
  return page.evaluate(async () => {
    const { getNotifications } = ServiceWorkerRegistration.prototype;
    const notices = await getNotifications.call(await navigator.serviceWorker.ready);
    return notices.map(({ title, body, tag, data }) => ({ title, body, tag, url: String(data) }));
  });
}

/** Presses a notification that says to open this address; gives what was opened. */
function press(worker: Worker, url: string): Promise<string[]> {
  return worker.evaluate(async (url) => {
    const scope = globalThis as unknown as Inside;
    const opened: string[] = [];
    // Only a finger on the notification itself may open a window.
    scope.clients.openWindow = async (address) => (opened.push(address), null);
    await scope.registration.showNotification("Нажмите", { tag: "pressed", data: url });
    const [notification] = await scope.registration.getNotifications({ tag: "pressed" });
    scope.dispatchEvent(new scope.NotificationEvent("notificationclick", { notification: notification! }));
    const left = await scope.registration.getNotifications({ tag: "pressed" });
    return left.length ? ["it stays on the screen"] : opened;
  }, url);
}

test("a browser shows what happens, until it is let out", async ({ start, visit }) => {
  const push = await startPush();
  try {
    const crm = await start({ settings: push.settings });
    const company = await createCompany(crm);
    const { page, allow } = await visit(desktop, crm);
    // Chromium gives up fading to the first page that the worker stands over.
    allow(/Transition was aborted because of invalid state/);
    await page.context().grantPermissions(["notifications"], { origin: crm.url });
    const subscriptions = await subscribeWith(page, push);
    await signIn(page, company.contractor);
    await page.goto("/me/channels");
    const card = page.locator("section", { has: page.locator("#channel-push") });
    await expect(card).toContainText("Браузер пока не показывает уведомления");
    await axe(page);

    // The worker is served as browsers want it: of the site's own scope, fresh, a script and nothing else.
    const file = await page.request.get("/push-worker.js");
    expect(file.status()).toBe(200);
    expect(file.headers()["content-type"]).toMatch(/^text\/javascript/);
    expect(file.headers()["cache-control"]).toBe("no-cache");
    expect(file.headers()["x-content-type-options"]).toBe("nosniff");
    expect(file.headers()["content-security-policy"]).toContain("default-src 'none'");

    await card.getByRole("button", { name: "Показывать в этом браузере" }).click();
    await expect(card).toContainText("показывает 1 браузер");
    await expect(card).toContainText("Подключён");
    expect(subscriptions).toHaveLength(1);
    const script = await page.evaluate(async () => {
      const { scope, active } = await navigator.serviceWorker.ready;
      return [scope, active?.scriptURL];
    });
    expect(script).toEqual([`${crm.url}/`, `${crm.url}/push-worker.js`]);
    await axe(page);
    await screenshot(page, "push-desktop");

    // An offer comes: what the service's browser opened of it is what the worker shows.
    const order = await createOrder(crm, company, "Ольга Смирнова");
    const offer = await offerVisit(crm, company, order.id, company.contractor, 30);
    await expect.poll(async () => (await push.received(subscriptions[0]!)).length).toBe(1);
    const [message = ""] = await push.received(subscriptions[0]!);
    const told = JSON.parse(message) as Told;
    expect(told.text).toMatch(/^Новое задание, заказ №\s26-000001: .+\. Ответьте, возьмётесь ли\.$/);
    expect(told.url).toBe(`${crm.url}/visits/${offer.id}`);
    await deliver(page, crm, message);
    await expect.poll(() => shown(page)).toEqual([{ title: told.title, body: told.text, tag: told.id, url: told.url }]);
    // Told once more, it takes the place of the first.
    await deliver(page, crm, message);
    await expect.poll(() => shown(page)).toHaveLength(1);

    // Pressed, it opens its page; what names another site opens nothing.
    const [worker] = page.context().serviceWorkers();
    expect(await press(worker!, told.url)).toEqual([told.url]);
    expect(await press(worker!, "https://evil.example/")).toEqual([]);
    await page.goto(told.url);
    await expect(page.locator("main")).toContainText("Предложено");

    await page.goto("/me/channels");
    await card.getByRole("button", { name: "Отключить" }).click();
    await expect(card).toContainText("Браузер пока не показывает уведомления");
    await expect(card.getByRole("button", { name: "Отключить" })).toHaveCount(0);
    const next = await createOrder(crm, company, "Пётр Иванов");
    await offerVisit(crm, company, next.id, company.contractor, 40);
    // Let in again, it is a new one: the old one gets nothing more.
    await card.getByRole("button", { name: "Показывать в этом браузере" }).click();
    await expect(card).toContainText("показывает 1 браузер");
    const third = await createOrder(crm, company, "Анна Новикова");
    await offerVisit(crm, company, third.id, company.contractor, 50);
    await expect.poll(async () => (await push.received(subscriptions[1]!)).at(-1) ?? "").toContain("26-000003");
    expect(await push.received(subscriptions[0]!)).toHaveLength(1);
  } finally {
    await push.stop();
  }
});

test("a browser that forbids notifications says so, and a customer is not asked", async ({ start, visit }) => {
  const push = await startPush();
  try {
    const crm = await start({ settings: push.settings });
    const company = await createCompany(crm);
    const { page } = await visit(dark, crm);
    await page.context().grantPermissions([], { origin: crm.url });
    const subscriptions = await subscribeWith(page, push);
    await signIn(page, company.contractor);
    await page.goto("/me/channels");
    const card = page.locator("section", { has: page.locator("#channel-push") });
    await card.getByRole("button", { name: "Показывать в этом браузере" }).click();
    await expect(card.getByRole("alert")).toContainText("Браузер запретил уведомления");
    // It can be tried again once they are allowed.
    await expect(card.getByRole("button", { name: "Показывать в этом браузере" })).not.toHaveAttribute("aria-busy", "true");
    expect(subscriptions).toEqual([]);
    await axe(page);
    await screenshot(page, "push-denied-phone-dark");

    const other = await visit(phone, crm);
    await signIn(other.page, company.customer);
    await other.page.goto("/me/channels");
    await expect(other.page.locator("#main")).toContainText("Каналов пока нет");
    await expect(other.page.locator("#channel-push")).toHaveCount(0);
  } finally {
    await push.stop();
  }
});

test("WhatsApp is linked by a code, and the pages show it", async ({ start, visit }) => {
  const whatsapp = await startWhatsApp();
  const push = await startPush();
  try {
    const crm = await start({ settings: { ...whatsapp.settings, ...push.settings } });
    await whatsapp.hook(crm.url);
    const company = await createCompany(crm);
    for (const [look, name] of [
      [desktop, "desktop"],
      [dark, "phone-dark"],
    ] as const) {
      const head = await visit(look, crm);
      await signIn(head.page, company.administrator);
      await head.page.goto("/channels");
      const card = head.page.locator("section, article", { has: head.page.locator("#channel-whatsapp") });
      await expect(card).toContainText("+7 495 000-00-67");
      await expect(card).toContainText(`${crm.url}/hooks/whatsapp`);
      await axe(head.page);
      await screenshot(head.page, `ways-channels-${name}`);

      const { page } = await visit(look, crm);
      await signIn(page, company.customer);
      await page.goto("/me/channels");
      const own = page.locator("section", { has: page.locator("#channel-whatsapp") });
      await screenshot(page, `ways-own-before-${name}`);
      await own.getByRole("button", { name: /Подключить/ }).click();
      const link = await own.getByRole("link", { name: "Открыть WhatsApp" }).getAttribute("href");
      expect(link).toMatch(/^https:\/\/wa\.me\/74950000067\?text=[2-9A-HJ-NP-Z]{10}$/);
      await expect(own).toContainText("отправьте");
      await axe(page);
      await screenshot(page, `ways-own-code-${name}`);
      const before = (await whatsapp.textsTo(boris)).length;
      await whatsapp.writes(boris, link!.split("text=")[1]!);
      await expect.poll(async () => (await whatsapp.textsTo(boris)).slice(before)[0]).toBe("Готово: сообщения будут приходить сюда.");
      await page.goto("/me/channels");
      await expect(own).toContainText("Подключён");
      await expect(own).toContainText("Борис (монтажник)");
      await expect(own).not.toContainText("@");
      await axe(page);
      await screenshot(page, `ways-own-linked-${name}`);
      const worker = await visit(look, crm);
      await signIn(worker.page, company.contractor);
      await worker.page.goto("/me/channels");
      await axe(worker.page);
      await screenshot(worker.page, `ways-worker-${name}`);
      await own.getByRole("button", { name: /Отключить/ }).click();
      await expect(own).toContainText("Пока не подключён");
    }
  } finally {
    await whatsapp.stop();
    await push.stop();
  }
});
