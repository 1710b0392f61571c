// The office, a customer and a worker talk: live, with second thoughts, and through a broken connection.
import { call, createOrder, nextPhone, offerVisit } from "../harness/data";
import { expect, phone, signIn, test } from "../harness/test";
import type { Page } from "@playwright/test";

const lines = (page: Page) => page.locator(".message > p");

async function write(page: Page, text: string): Promise<void> {
  await page.locator("#chat-text").fill(text);
  await page.getByRole("button", { name: "Отправить" }).click();
  await expect(lines(page).last()).toHaveText(text);
}

/** The deeds of a message show themselves to whoever points at it. */
async function pick(page: Page, text: string, deed: string): Promise<void> {
  const message = page.locator(".message", { hasText: text }).last();
  await message.hover();
  await message.getByRole("link", { name: deed }).click();
}

test("a chat goes on live, with second thoughts, marks and ready answers @mariadb", async ({ visit, crm, company }) => {
  const own = await call(crm, company.customer, "POST", "/orders", { service_id: company.serviceId, address: { text: "Мира, 5" } });
  const { page: office } = await visit();
  const { page: home, allow } = await visit(phone);
  await signIn(office, company.dispatcher);
  await signIn(home, company.customer);
  await office.goto("/conversations");
  await home.goto(`/my/orders/${own.id}/messages`);

  // The question appears in the inbox by itself; one takes it on.
  await write(home, "Домофон не работает");
  const row = office.locator(".inbox-row", { hasText: "Домофон не работает" });
  await expect(row).toContainText("Ждёт");
  await row.getByRole("button", { name: "Взять" }).click();
  await expect(row).toContainText(company.dispatcher.name);

  // The page of the chat is opened: the author sees that the message was read.
  const mark = (text: string) => home.locator(".message", { hasText: text }).locator(".message-mark");
  await expect(mark("Домофон не работает")).toHaveAttribute("title", "Отправлено");
  await row.getByRole("link").click();
  await expect(mark("Домофон не работает")).toHaveAttribute("title", "Прочитано");

  // A ready answer is put into the field, changed and sent as an answer to the question.
  await office.goto("/quick-replies");
  const group = office.locator("section", { has: office.getByRole("heading", { name: "Заказчику" }) });
  await group.getByPlaceholder("Новый ответ").fill("Позвоним за полчаса");
  await group.getByRole("button", { name: "Добавить" }).click();
  await office.goto(`/orders/${own.id}/messages?audience=customer`);
  await office.getByRole("button", { name: "Позвоним за полчаса" }).click();
  await expect(office.locator("#chat-text")).toHaveValue("Позвоним за полчаса");
  await office.locator("#chat-text").fill("");
  await pick(office, "Домофон не работает", "Ответить");
  await expect(office.locator(".chat-about")).toContainText("Ответ на сообщение");
  await expect(office.locator("#chat-text")).toBeFocused();
  await write(office, "Позвоним за час");
  await expect(home.locator(".message", { hasText: "Позвоним за час" }).locator(".quote")).toContainText("Домофон не работает");
  await office.goto("/conversations");
  await expect(row).toHaveCount(0);
  await office.goto(`/orders/${own.id}/messages?audience=customer`);

  // Changed and taken back, and the other one sees it at once.
  await pick(office, "Позвоним за час", "Изменить");
  await expect(office.locator("#chat-text")).toHaveValue("Позвоним за час");
  await office.locator("#chat-text").fill("Позвоним за полчаса");
  await office.getByRole("button", { name: "Сохранить" }).click();
  await expect(home.locator(".message", { hasText: "Позвоним за полчаса" })).toContainText("изменено");
  await expect(lines(home)).toHaveCount(2);
  await write(office, "Не туда");
  await expect(lines(home).last()).toHaveText("Не туда");
  await pick(office, "Не туда", "Удалить");
  await office.locator(".chat-form").getByRole("button", { name: "Удалить" }).click();
  await expect(lines(home).last()).toHaveText("Сообщение удалено");

  // Away for a while: nothing is lost and nothing comes twice.
  allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::/);
  await home.context().setOffline(true);
  await write(office, "Мастер выехал");
  await write(office, "Будет в 14:10");
  await expect(lines(home)).toHaveCount(3);
  await home.context().setOffline(false);
  await expect(lines(home)).toHaveText(["Домофон не работает", "Позвоним за полчаса", "Сообщение удалено", "Мастер выехал", "Будет в 14:10"], {
    timeout: 30_000,
  });
});

test("what is meant for one is not shown to the other", async ({ visit, crm, company }) => {
  const worker = await crm.createUser("contractor", "Семён Рябов");
  const { id } = await createOrder(crm, company, `Пётр ${nextPhone()}`);
  const visited = await offerVisit(crm, company, id, worker, 30);
  const { page: office } = await visit();
  const { page: field } = await visit(phone);
  await signIn(office, company.dispatcher);
  await signIn(field, worker);
  await field.goto(`/visits/${visited.id}/messages`);
  await office.goto(`/orders/${id}/messages?audience=internal`);
  await write(office, "Торгуется, будьте осторожны");
  await office.getByRole("link", { name: "Мастер" }).click();
  await write(office, "Возьмите стремянку");
  await expect(lines(field)).toHaveText(["Возьмите стремянку"]);

  // Outside any order the two talk alone.
  await field.getByRole("link", { name: "Чат", exact: true }).click();
  await write(field, "Завтра буду с одиннадцати");
  await office.goto("/conversations");
  await office.locator(".inbox-row", { hasText: "Завтра буду с одиннадцати" }).getByRole("link").click();
  await write(office, "Хорошо");
  await expect(lines(field)).toHaveText(["Завтра буду с одиннадцати", "Хорошо"]);
});
