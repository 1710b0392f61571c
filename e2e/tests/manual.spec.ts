// Does what the manual describes, by the words it uses, and takes its pictures.
import type { Page } from "@playwright/test";
import { Album } from "../harness/album";
import type { Crm, Role, User } from "../harness/crm";
import { call, createOrder, endQuietHours, offerVisit, sign, takePhoto, typedTime } from "../harness/data";
import { startTelegram, type Telegram } from "../harness/emulators";
import { assign, password, step, visitOf } from "../harness/steps";
import { expect, phone, signIn, test } from "../harness/test";

const service = "Монтаж кондиционера";

test("the manual's tasks, and its pictures", async ({ browser, start, visit }) => {
  test.setTimeout(600_000);
  const telegram = await startTelegram();
  const crm = await start({ settings: telegram.settings, demoOrders: 120 });
  const album = await Album.open(browser);
  try {
    const admin = demo(crm, "administrator", "admin");
    const dispatcher = demo(crm, "dispatcher", "dispatcher1");
    const worker = await crm.createUser("contractor", "Олег Дёмин");

    const { page: office } = await visit({ screen: "book" }, crm);
    await signingIn(office, album, dispatcher);
    const { page: head } = await visit({ screen: "book" }, crm);
    await signIn(head, admin);
    await company(head, album, worker);
    await endQuietHours(crm, admin);
    await people(head, album);

    const { page: home } = await visit({ ...phone, screen: "palm" }, crm);
    await customerOrders(home, album);
    await ordersByPhone(office, album);
    await attention(office, album);
    await assigned(office, album, worker);

    const { page: field } = await visit({ ...phone, screen: "palm" }, crm);
    await signIn(field, worker);
    await linking(field, album, telegram);
    await accepting(field, album);
    await home.goto("/my/orders");
    await home.getByRole("link", { name: service }).click();
    await expect(home.getByRole("heading", { level: 1 })).toContainText("Приедет");
    await album.take(home, "customer-coming", { height: 464, varies: true });
    await reporting(field, album, [await takePhoto(browser, "до"), await takePhoto(browser, "после")]);

    await finished(crm, admin, worker);
    await checking(office, album);
    await acceptingWork(home, album);
    await undelivered(head, office, album, telegram, worker);
    await head.getByRole("link", { name: "Журнал", exact: true }).click();
    await album.take(head, "audit", { height: 520, varies: true });
    await album.close();
  } finally {
    await telegram.stop();
  }
});

/** Somebody of the demonstration data. */
function demo(crm: Crm, role: Role, login: string): User {
  return { role, name: login, login, password: crm.demoPassword };
}

async function signingIn(page: Page, album: Album, user: User): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Телефон, почта или логин").fill("8 943 555-01-02");
  await page.getByLabel("Телефон, почта или логин").blur();
  await album.take(page, "sign-in", { of: page.locator(".plain-body") });
  await signIn(page, user);
  await page.goto("/orders");
  await expect(page.locator("tbody tr").first()).toBeVisible();
  await album.take(page, "board", { varies: true });
}

async function company(page: Page, album: Album, worker: User): Promise<void> {
  await page.getByRole("link", { name: "Настройки", exact: true }).click();
  await page.getByLabel("Телефон", { exact: true }).fill("8 343 555-01-00");
  await page.getByRole("button", { name: "Сохранить" }).click();
  await expect(page.getByText("Настройки сохранены")).toBeVisible();
  await album.take(page, "settings", { of: page.locator("form.settings"), height: 560 });

  await page.getByRole("link", { name: "Виды работ" }).click();
  await page.getByRole("link", { name: service }).click();
  await album.take(page, "service", { of: page.locator("form.settings"), varies: true });

  await page.getByRole("link", { name: "Работники" }).click();
  await page.getByRole("link", { name: worker.name }).click();
  await page.getByRole("link", { name: "Изменить" }).click();
  for (const skill of await page.locator("label:has([name=skills])").all()) await skill.click();
  await page.getByLabel("Районы").fill("Центр, ВИЗ");
  await page.getByLabel("Районы").blur();
  await album.take(page, "worker-card", { of: page.locator("form.settings"), height: 660, varies: true });
  await page.getByRole("button", { name: "Сохранить" }).click();
  await expect(page.getByText("Карточка сохранена")).toBeVisible();
}

async function people(page: Page, album: Album): Promise<void> {
  await page.getByRole("link", { name: "Пользователи" }).click();
  await page.getByRole("link", { name: "Пригласить" }).click();
  await page.getByRole("radio", { name: "Специалист" }).check();
  await page.getByLabel("Имя и фамилия").fill("Пётр Кузнецов");
  await page.getByLabel("Телефон").fill("8 943 555-01-03");
  await page.getByLabel("Телефон").blur();
  await album.take(page, "invite", { of: page.locator(".settings") });
  await page.getByRole("button", { name: "Получить ссылку" }).click();
  await expect(page.getByRole("button", { name: "Скопировать" })).toBeVisible();
  await page.getByRole("link", { name: "Готово" }).click();

  await page.getByRole("link", { name: "Пользователи" }).first().click();
  await page.goto(`/users?q=${encodeURIComponent("Пётр Кузнецов")}`);
  await page.getByRole("link", { name: "Пётр Кузнецов" }).click();
  await expect(page.getByRole("button", { name: "Новая ссылка-приглашение" })).toBeVisible();
  await page.getByLabel("Причина").fill("Больше не работает у нас");
  await page.getByLabel("Причина").blur();
  await album.take(page, "user", { of: page.locator(".side-form"), height: 720, varies: true });
  await page.getByRole("button", { name: "Закрыть вход" }).click();
  await expect(page.getByText("Вход закрыт:")).toBeVisible();
  await page.getByRole("button", { name: "Открыть вход" }).click();
  await expect(page.getByText("Вход открыт")).toBeVisible();
}

async function customerOrders(page: Page, album: Album): Promise<void> {
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Зарегистрируйтесь" }).click();
  await page.getByLabel("Имя и фамилия").fill("Вера Снегирёва");
  await page.getByLabel("Телефон").fill("8 943 555-01-04");
  await page.getByLabel("Пароль", { exact: true }).fill(password);
  await page.getByLabel(/соглас/i).check();
  await page.getByRole("button", { name: "Зарегистрироваться" }).click();
  await page.waitForURL("**/my/orders");
  await page.getByRole("link", { name: "Новый заказ" }).first().click();
  await page.getByLabel(service).check();
  await page.getByLabel("Подробности").fill("Кухня, стена кирпичная, второй этаж");
  await page.getByLabel("Адрес").fill("Екатеринбург, Мамина-Сибиряка, 12");
  await page.getByLabel("Квартира").fill("17");
  await page.getByLabel("Квартира").blur();
  const [from, to] = [page.locator(".field", { has: page.getByLabel("Подробности") }), page.locator("fieldset.field").last()];
  await album.take(page, "customer-new", { of: from, to });
  await page.getByRole("button", { name: "Отправить заказ" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Проверяем заказ");
}

async function ordersByPhone(page: Page, album: Album): Promise<void> {
  await page.goto("/orders");
  await page.getByRole("link", { name: "Новый заказ" }).click();
  await page.getByLabel("Телефон").fill("8 943 555-01-05");
  await page.getByLabel("Имя или название").fill("Роман Вересков");
  const choice = page.getByLabel("Вид работ");
  await choice.selectOption(await choice.locator("option", { hasText: service }).getAttribute("value"));
  await page.getByLabel("Адрес").fill("Екатеринбург, Малышева, 84");
  await page.getByLabel("Район").fill("Центр");
  await page.getByLabel("Описание").fill("Кондиционер в спальню, трасса около пяти метров");
  await page.getByLabel("Пожелания").fill("Пропуск на машину заказать накануне");
  await page.getByLabel("Пожелания").blur();
  await album.take(page, "new-order", { of: page.locator("form.settings"), height: 900 });
  await page.getByRole("button", { name: "Создать и подтвердить" }).click();
  await expect(page.locator(".order-title")).toContainText("Подтверждён");
  await expect(page.locator(".chat-tabs")).toBeVisible();
  await album.take(page, "order", { height: 760, varies: true });

  await page.getByRole("button", { name: "Другие действия" }).click();
  await page.getByRole("link", { name: "Ссылка для заказчика" }).click();
  await page.getByRole("button", { name: "Создать ссылку" }).click();
  await page.locator(".secret code").evaluate((code) => (code.textContent = "https://crm.example.ru/o/Zk3vTq8…"));
  const card = page.locator("dialog[open], .settings").first();
  await album.take(page, "link", { of: card });
}

async function attention(page: Page, album: Album): Promise<void> {
  await page.goto("/attention");
  await album.take(page, "attention", { varies: true });
  await page.goto("/orders/kanban");
  await album.take(page, "kanban", { varies: true });
  await page.goto("/attention");
  const row = page.locator(".attention-row", { hasText: "Вера Снегирёва" });
  await row.getByRole("button", { name: "Подтвердить" }).click();
  await expect(row).toHaveCount(0);
}

async function assigned(page: Page, album: Album, worker: User): Promise<void> {
  await page.goto(`/orders?q=${encodeURIComponent("Снегирёва")}`);
  await page.getByRole("link", { name: "Вера Снегирёва" }).click();
  await page.locator(".order-head").getByRole("link", { name: "Изменить" }).click();
  await page.getByLabel("Район").fill("Центр");
  await page.getByRole("button", { name: "Сохранить" }).click();
  await expect(page.locator(".address")).toContainText("Центр");
  await page.locator(".order-head").getByRole("link", { name: "Назначить" }).click();
  const form = page.locator('dialog form:has([name="worker_ids"])');
  const zone = await form.locator("[name=_zone]").inputValue();
  const starts = form.getByLabel("Начало");
  const asked = page.waitForResponse((answer) => answer.request().method() === "POST");
  await starts.fill(typedTime(3, zone).replace(/:\d\d$/, ":00"));
  await starts.blur();
  await asked;
  await form.getByRole("checkbox", { name: worker.name }).check();
  await form.getByLabel("Выплата исполнителю").fill("6 500");
  await form.getByLabel("Сразу предложить").check();
  await form.evaluate((element) => element.scrollTo(0, 0));
  await album.take(page, "assign", { of: page.locator("dialog[open]"), varies: true });
  await form.getByRole("button", { name: "Назначить", exact: true }).click();
  await expect(visitOf(page, worker)).toContainText("Предложено");
}

async function linking(page: Page, album: Album, telegram: Telegram): Promise<void> {
  await page.goto("/profile");
  await page.getByRole("link", { name: "Настроить" }).click();
  await page.getByRole("button", { name: "Подключить: Telegram" }).click();
  await expect(page.getByRole("link", { name: "Открыть Telegram" })).toBeVisible();
  const code = (await page.locator("#code").textContent())!;
  await page.locator("#code").evaluate((element) => (element.textContent = "K7QM4-XPD92"));
  await album.take(page, "telegram", { height: 500 });
  await telegram.meets(77, "oleg_d");
  await telegram.opens(77, code);
  await expect(async () => {
    await page.goto("/me/channels");
    await expect(page.getByText("Подключён", { exact: true })).toBeVisible({ timeout: 1000 });
  }).toPass();
}

async function accepting(page: Page, album: Album): Promise<void> {
  await page.goto("/visits");
  const offer = page.locator("article.offer", { hasText: service });
  await expect(offer).toBeVisible();
  await album.take(page, "offer", { height: 516, varies: true });
  await offer.getByRole("link", { name: /^№/ }).click();
  await step(page, "Принять", "Мамина-Сибиряка");
  await expect(page.getByRole("button", { name: "Выехал" })).toBeVisible();
  await album.take(page, "visit", { height: 712, varies: true });
}

async function reporting(page: Page, album: Album, photos: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await step(page, "Выехал", "В пути");
  await step(page, "Начать работу", "На месте");
  const visit = page.url();
  await page.getByRole("link", { name: "Не получается выполнить" }).click();
  await album.take(page, "failure", { height: 626 });
  await page.goto(visit);
  await page.getByRole("link", { name: "Чат с диспетчером" }).click();
  await page.locator("textarea").fill("На месте, начинаю");
  await page.getByRole("button", { name: "Отправить" }).click();
  await expect(page.locator(".message.mine")).toContainText("На месте");
  await page.goto(visit);
  await page.getByRole("link", { name: "Отчёт" }).first().click();
  for (const [index, kind] of ["before", "after"].entries()) {
    const slot = page.locator(`#photos-${kind}`);
    const wanted = Number(/из (\d+)/.exec((await slot.locator(".count").textContent())!)?.[1] ?? 1);
    for (let count = 1; count <= wanted; count += 1) {
      await slot.locator(".photo-add input").setInputFiles(photos[index]!);
      await expect(slot.getByRole("img")).toHaveCount(count);
      await expect(slot.locator(".count")).toHaveText(new RegExp(`^${count}`));
    }
  }
  for (const box of await page.locator("[name=checklist]").all()) await box.check();
  await page.getByLabel("Комментарий").fill("Трасса 5 метров, дренаж проверен, всё работает");
  await sign(page);
  await page.getByLabel("Комментарий").blur();
  await album.take(page, "report", { of: page.locator("main"), to: page.locator("#photos-after"), varies: true });
  await album.take(page, "report-end", { of: page.locator("fieldset.checks"), to: page.locator(".signature canvas"), varies: true });
  await page.getByRole("button", { name: "Завершить" }).click();
  await page.waitForURL(/\/visits\/\d+$/);
}

/** Work that waits for the office's check, besides whatever the demonstration data has at this hour. */
async function finished(crm: Crm, admin: User, worker: User): Promise<void> {
  const { id: serviceId } = await call(crm, admin, "POST", "/services", { name: "Замер проёма", duration_minutes: 60 });
  const order = await createOrder(crm, { dispatcher: admin, serviceId }, "Ирина Лосева");
  const visit = await offerVisit(crm, { dispatcher: admin }, order.id, worker, 200);
  for (const step of ["acceptance", "departure", "arrival", "completion"]) await call(crm, worker, "POST", `/visits/${visit.id}/${step}`);
}

async function checking(page: Page, album: Album): Promise<void> {
  await page.goto("/attention");
  await page.locator(".attention-row", { hasText: "Вера Снегирёва" }).getByRole("link", { name: "Посмотреть отчёт" }).click();
  const visit = page.locator("article.visit").first();
  await expect(visit.getByRole("img").first()).toBeVisible();
  await album.take(page, "report-check", { of: visit, varies: true });
  await page.goto("/attention");
  const other = page.locator(".attention-row").filter({ hasText: "Ирина Лосева" });
  await other.getByRole("link", { name: "Посмотреть отчёт" }).click();
  await page.locator("article.visit").getByRole("button", { name: "Проверено" }).first().click();
  await expect(page.locator(".order-title")).toContainText("Завершён");
}

async function acceptingWork(page: Page, album: Album): Promise<void> {
  await page.reload();
  await expect(page.getByRole("button", { name: "Принять работу" })).toBeVisible();
  await album.take(page, "customer-accept", { height: 712, varies: true });
  await page.getByRole("button", { name: "Принять работу" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Готово!");
  await page.locator("label[for=star-5]").click();
  await page.getByLabel("Расскажите подробнее").fill("Аккуратно и вовремя");
  await page.getByLabel("Расскажите подробнее").blur();
  await album.take(page, "customer-review", { of: page.locator("#review"), varies: true });
  await page.getByRole("button", { name: "Отправить оценку" }).click();
  await expect(page.locator(".given")).toContainText("Аккуратно и вовремя");
}

/** The worker has blocked the bot; what did not reach them is sent once more. */
async function undelivered(head: Page, office: Page, album: Album, telegram: Telegram, worker: User): Promise<void> {
  await office.goto(`/orders?q=${encodeURIComponent("Вересков")}`);
  await office.getByRole("link", { name: "Роман Вересков" }).click();
  await assign(office, worker);
  await expect(async () => {
    await head.goto("/notifications");
    await expect(head.getByText("Отправлено", { exact: true }).nth(1)).toBeVisible({ timeout: 1000 });
  }).toPass();
  await telegram.refuse(77, "403 Forbidden: bot was blocked by the user");
  await office.getByRole("link", { name: "Отменить задание" }).click();
  await office.getByLabel("Причина").fill("Заказчик перенёс ремонт");
  await office.getByRole("button", { name: "Отменить задание" }).click();
  // Others have not linked anything: what had to reach them is in the log too.
  const undelivered = head.getByRole("row", { name: "заблокировал бота" }).getByRole("button", { name: "Отправить ещё раз" });
  await expect(async () => {
    await head.goto("/notifications");
    await expect(undelivered).toBeVisible({ timeout: 1000 });
  }).toPass();
  await album.take(head, "notifications", { height: 400, varies: true });
  await undelivered.click();
  await expect(head.getByText("Отправим ещё раз")).toBeVisible();
}
