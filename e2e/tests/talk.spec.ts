// The office, a worker and the customer talk about one order while their lines break: nothing is lost, doubled, or shown to the wrong one.
import { ask, type Company, call, offerVisit, takePhoto } from "../harness/data";
import { type Gate, listen, startGate } from "../harness/line";
import { linesOf, pick, write } from "../harness/steps";
import { type Crm, desktop, expect, phone, screenshot, signIn, test as base } from "../harness/test";
import type { Page, Route } from "@playwright/test";

/** What a page says about a line that the test breaks. */
const broken = /ERR_|Failed to fetch|net::|NetworkError/;

const test = base.extend<{ gate: Gate }>({
  // It asks for `start` so that pages behind it are closed first.
  gate: async ({ crm, start: _ }, use) => {
    const gate = await startGate(crm.url);
    await use(gate);
    await gate.stop();
  },
});

/** The customer's own order, with a visit offered to the worker. */
async function task(crm: Crm, company: Company): Promise<{ id: number; visit: number }> {
  const { id } = await call(crm, company.customer, "POST", "/orders", { service_id: company.serviceId, address: { text: "Мира, 5" } });
  await call(crm, company.dispatcher, "POST", `/orders/${id}/confirmation`, {});
  const { id: visit } = await offerVisit(crm, company, id, company.contractor, 26 + id * 4);
  return { id, visit };
}

/** Writes as a program does, under one token. */
async function writer(crm: Crm, user: Company["customer"], order: number, audience: string): Promise<(text: string) => Promise<unknown>> {
  const token = await crm.token(user);
  return (text) => ask(crm.url, token, "POST", `/orders/${order}/messages`, { text, audience });
}

/** Holds back what asks for this address until it is let go. */
async function hold(page: Page, address: string | RegExp, method = "GET"): Promise<{ route: Promise<Route>; free(): Promise<void> }> {
  let found: (route: Route) => void;
  const route = new Promise<Route>((done) => (found = done));
  let used = false;
  const handler = async (one: Route) => {
    if (used || one.request().method() !== method) return one.continue();
    used = true;
    found(one);
  };
  await page.route(address, handler);
  return { route, free: () => page.unroute(address, handler) };
}

/** Every page and part of a page that the server sends here from now on. */
function pagesTo(page: Page): string[] {
  const pages: string[] = [];
  page.on("response", async (answer) => {
    if (answer.headers()["content-type"]?.startsWith("text/html")) pages.push(await answer.text().catch(() => ""));
  });
  return pages;
}

const send = (page: Page) => page.getByRole("button", { name: "Отправить" });
const field = (page: Page) => page.locator("#chat-text");
const mark = (page: Page, text: string) => page.locator(".message.mine", { hasText: text }).locator(".message-mark");

test("three talk while one is away, and each has what is theirs @mariadb", async ({ browser, visit, crm, company, gate }) => {
  const { id, visit: trip } = await task(crm, company);
  const { page: office } = await visit(desktop);
  const { page: worker, allow } = await visit(phone, { ...crm, url: gate.url });
  const { page: home } = await visit({ ...phone, theme: "dark" });
  allow(broken);
  const [toldWorker, toldHome] = [worker, home].map(pagesTo) as [string[], string[]];
  const told = await Promise.all([company.contractor, company.customer].map(async (user) => listen(crm.url, await crm.token(user), async () => undefined)));
  await Promise.all([signIn(office, company.dispatcher), signIn(worker, company.contractor), signIn(home, company.customer)]);
  const tab = async (name: string) => {
    await office.locator(".chat-tabs a", { hasText: name }).click();
    await expect(office.locator(".chat-tabs a", { hasText: name })).toHaveAttribute("aria-current", "true");
  };
  const badge = (name: string) => office.locator(".chat-tabs a", { hasText: name }).locator(".badge");

  // Each talks in their own place.
  await worker.goto(`/visits/${trip}/messages`);
  await home.goto(`/my/orders/${id}/messages`);
  await office.goto(`/orders/${id}/messages?audience=internal`);
  await write(office, "Торгуется, будьте внимательны");
  await tab("Заказчик");
  await write(office, "Мастер будет в 14:00");
  await tab("Мастер");
  await write(office, "Возьмите стремянку");
  await write(worker, "Взял");
  await write(home, "Ждём");
  await expect(linesOf(office)).toHaveText(["Возьмите стремянку", "Взял"]);
  await expect(mark(office, "Возьмите стремянку")).toHaveAttribute("title", "Прочитано");
  await expect(mark(worker, "Взял")).toHaveAttribute("title", "Прочитано");
  await expect(badge("Заказчик")).toHaveText(/1$/);
  await expect(badge("Свои")).toHaveCount(0);

  // The worker goes down into the cellar.
  await worker.context().setOffline(true);
  gate.shut();
  await expect(worker.locator("#connection")).toHaveText("Нет связи");
  await write(office, "Домофон 17");
  await write(office, "Это не вам");
  await pick(office, "Домофон 17", "Изменить");
  await expect(field(office)).toHaveValue("Домофон 17");
  await field(office).fill("Домофон 71");
  await office.getByRole("button", { name: "Сохранить" }).click();
  await expect(linesOf(office)).toHaveText(["Возьмите стремянку", "Взял", "Домофон 71", "Это не вам"]);
  await pick(office, "Возьмите стремянку", "Изменить");
  await expect(field(office)).toHaveValue("Возьмите стремянку");
  await field(office).fill("Возьмите стремянку и дрель");
  await office.getByRole("button", { name: "Сохранить" }).click();
  await expect(linesOf(office).first()).toHaveText("Возьмите стремянку и дрель");
  await pick(office, "Это не вам", "Удалить");
  await office.locator(".chat-form").getByRole("button", { name: "Удалить" }).click();
  await expect(linesOf(office).last()).toHaveText("Сообщение удалено");
  await office.locator("input[name=files]").setInputFiles([await takePhoto(browser, "стена")]);
  await expect(office.locator(".chat-chosen li")).toHaveCount(1);
  await write(office, "Вот эта стена");
  await write(home, "Собака не кусается");
  await expect(badge("Заказчик")).toHaveText(/2$/);
  await expect(mark(office, "Домофон 71")).toHaveAttribute("title", "Отправлено");

  // What the worker writes meanwhile stays in the field, and they are told.
  await field(worker).fill("Буду через час");
  await send(worker).click();
  await expect(worker.locator(".chat-form .error")).toContainText("Нет связи");
  await expect(field(worker)).toHaveValue("Буду через час");
  await expect(linesOf(worker)).toHaveText(["Возьмите стремянку", "Взял"]);
  await screenshot(worker, "talk-worker-away");

  // Back: every line once and in its place, the second thoughts among them, and what was typed is still there.
  gate.open();
  await worker.context().setOffline(false);
  const said = ["Возьмите стремянку и дрель", "Взял", "Домофон 71", "Сообщение удалено", "Вот эта стена"];
  await expect(linesOf(worker)).toHaveText(said, { timeout: 30_000 });
  await expect(worker.locator("#connection")).not.toHaveText("Нет связи");
  await expect(worker.locator(".chat-form .error")).toHaveCount(0);
  await expect(worker.locator(".message", { hasText: "Домофон 71" })).toContainText("изменено");
  const wall = worker.locator(".message", { hasText: "Вот эта стена" }).locator("img");
  await expect.poll(() => wall.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(0);
  for (const text of ["Возьмите стремянку и дрель", "Домофон 71", "Вот эта стена"]) await expect(mark(office, text)).toHaveAttribute("title", "Прочитано");
  await expect(field(worker)).toHaveValue("Буду через час");
  await send(worker).dblclick();
  for (const page of [worker, office]) await expect(linesOf(page)).toHaveText([...said, "Буду через час"]);
  await expect(field(worker)).toHaveValue("");
  await expect(mark(worker, "Буду через час")).toHaveAttribute("title", "Прочитано");

  // What nobody has looked at is counted, until somebody looks.
  await screenshot(office, "talk-office");
  await tab("Заказчик");
  await expect(linesOf(office)).toHaveText(["Мастер будет в 14:00", "Ждём", "Собака не кусается"]);
  await expect(mark(home, "Собака не кусается")).toHaveAttribute("title", "Прочитано");
  await home.goto(`/my/orders/${id}`);
  const chat = home.locator("main").getByRole("link", { name: /Чат|Написать/ });
  await expect(chat.locator(".badge")).toHaveCount(0);
  await write(office, "Он уже близко");
  await write(office, "И собак не боится");
  await expect(chat.locator(".badge")).toHaveText(/2$/);
  await chat.click();
  await expect(linesOf(home)).toHaveText(["Мастер будет в 14:00", "Ждём", "Собака не кусается", "Он уже близко", "И собак не боится"]);
  await expect(mark(office, "И собак не боится")).toHaveAttribute("title", "Прочитано");
  await tab("Мастер");
  await expect(badge("Заказчик")).toHaveCount(0);
  await screenshot(worker, "talk-worker");
  await screenshot(home, "talk-customer-dark");

  // Nobody has heard of what was said to the others, on any page that was ever sent to them or beside it.
  for (const [pages, own, others] of [
    [toldWorker, "Вот эта стена", ["Торгуется", "Мастер будет", "Ждём", "Собака", "близко"]],
    [toldHome, "Собака не кусается", ["Торгуется", "стремянку", "Взял", "Домофон", "Это не вам", "Вот эта стена", "Буду через час"]],
  ] as const) {
    const all = pages.join("\n");
    expect(all).toContain(own);
    for (const text of others) expect(all).not.toContain(text);
  }
  await Promise.all(told.map((one) => one.stop()));
  const [toWorker, toCustomer] = told.map((one) => new Set(one.told.flatMap(({ topics }) => topics).filter((topic) => topic.startsWith("chat-"))));
  expect([...toWorker!].sort()).toEqual([`chat-${id}-worker`, expect.stringMatching(/^chat-visit-\d+-worker$/)]);
  expect([...toCustomer!]).toEqual([`chat-${id}-customer`]);
  for (const [user, path] of [
    [company.customer, `/orders/${id}/messages?audience=worker`],
    [company.customer, `/orders/${id}/messages?audience=internal`],
    [company.contractor, `/orders/${id}/messages?audience=customer`],
    [company.contractor, `/orders/${id}/messages?audience=internal`],
  ] as const) {
    await expect(call(crm, user, "GET", path), path).rejects.toThrow(/: 404 /);
  }
});

test("a line whose answer got lost is not said twice, whatever is done next @mariadb", async ({ visit, crm, company, gate }) => {
  const { id, visit: trip } = await task(crm, company);
  const { page: office } = await visit(desktop);
  const { page: worker, allow } = await visit(phone, { ...crm, url: gate.url });
  allow(broken);
  await Promise.all([signIn(office, company.dispatcher), signIn(worker, company.contractor)]);
  await worker.goto(`/visits/${trip}/messages`);
  await office.goto(`/orders/${id}/messages?audience=worker`);

  // It arrives, and the line breaks before that is known; so it is sent again.
  await field(worker).fill("Выехал");
  gate.mute();
  await send(worker).click();
  await expect(linesOf(office)).toHaveText(["Выехал"]);
  gate.shut();
  await expect(worker.locator(".chat-form .error")).toContainText("Нет связи");
  await expect(field(worker)).toHaveValue("Выехал");
  gate.open();
  await expect(linesOf(worker)).toHaveText(["Выехал"], { timeout: 30_000 });
  await send(worker).dblclick();
  await expect(field(worker)).toHaveValue("");
  await write(worker, "Пробки");
  for (const page of [worker, office]) await expect(linesOf(page)).toHaveText(["Выехал", "Пробки"]);

  // The same, and before it is sent again its author thinks of other words.
  await field(worker).fill("Буду в два");
  gate.mute();
  await send(worker).click();
  await expect(linesOf(office).last()).toHaveText("Буду в два");
  gate.shut();
  await expect(worker.locator(".chat-form .error")).toContainText("Нет связи");
  gate.open();
  allow(/422/);
  await field(worker).fill("Буду в три");
  await send(worker).click();
  await expect(worker.locator(".chat-form .error")).toContainText("Первый вариант уже отправлен");
  await expect(field(worker)).toHaveValue("Буду в три");
  await send(worker).click();
  for (const page of [worker, office]) await expect(linesOf(page)).toHaveText(["Выехал", "Пробки", "Буду в два", "Буду в три"]);

  // Nor is what was typed wiped out by an answer that is none: the worker was taken off the visit meanwhile.
  await call(crm, company.dispatcher, "POST", `/visits/${trip}/cancellation`, { reason: "Заказчик передумал" });
  allow(/40[349]/);
  await field(worker).fill("Стою у подъезда");
  await send(worker).click();
  await expect(worker.locator(".chat-form .error")).toBeVisible();
  await expect(field(worker)).toHaveValue("Стою у подъезда");
});

test("what is said while a page or a part of it is on its way is shown", async ({ visit, crm, company }) => {
  const { id } = await task(crm, company);
  const { page: office } = await visit(desktop);
  const { page: home, allow } = await visit(phone);
  await Promise.all([signIn(office, company.dispatcher), signIn(home, company.customer)]);
  const [toCustomer, toWorker] = await Promise.all(["customer", "worker"].map((audience) => writer(crm, company.dispatcher, id, audience)));
  const fromWorker = await writer(crm, company.contractor, id, "worker");
  const chat = new RegExp(`/orders/${id}/messages`);

  // Between the page and its stream.
  const stream = await hold(home, "**/live**");
  await home.goto(`/my/orders/${id}/messages`);
  const held = await stream.route;
  await expect(home.locator(".chat-none")).toBeVisible();
  await toCustomer!("Первое");
  await held.continue();
  await expect(linesOf(home)).toHaveText(["Первое"]);
  await stream.free();

  // While the page is in a trouble that passes.
  allow(/503/);
  const trouble = await hold(home, chat);
  await toCustomer!("Второе");
  await (await trouble.route).fulfill({ status: 503, body: "" });
  await expect(linesOf(home)).toHaveText(["Первое", "Второе"]);
  await trouble.free();

  // An older answer comes after a newer one and does not undo it.
  const slow = await hold(home, chat);
  await toCustomer!("Третье");
  const late = await slow.route;
  const answer = await late.fetch();
  await toCustomer!("Четвёртое");
  await expect(linesOf(home)).toHaveCount(4);
  await home.locator(".chat-lines").evaluate((place) => {
    const note = () => place.querySelectorAll(".message > p").length < 4 && place.setAttribute("data-undone", "");
    new MutationObserver(note).observe(place, { childList: true, subtree: true });
  });
  await late.fulfill({ response: answer });
  await slow.free();
  await toCustomer!("Пятое");
  await expect(linesOf(home)).toHaveText(["Первое", "Второе", "Третье", "Четвёртое", "Пятое"]);
  await expect(home.locator("[data-undone]")).toHaveCount(0);

  // While another tab is opened.
  await office.goto(`/orders/${id}/messages?audience=customer`);
  const opening = await hold(office, /audience=worker/);
  await office.getByRole("link", { name: "Мастер" }).click();
  const panel = await opening.route;
  const old = await panel.fetch();
  await fromWorker("Я тут");
  await expect(office.locator(".chat-tabs a", { hasText: "Мастер" }).locator(".badge")).toHaveText(/1$/);
  await panel.fulfill({ response: old });
  await expect(linesOf(office)).toHaveText(["Я тут"]);
  await opening.free();

  // Somebody writes without a pause: the page does not wait for the end.
  let count = 0;
  while ((await linesOf(office).count()) < 2) {
    expect(count, "lines written before the first was shown").toBeLessThan(100);
    await toWorker!(`Строка ${++count}`);
  }
  await expect(linesOf(office)).toHaveCount(count + 1);
});
