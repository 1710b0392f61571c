import { checklist, service, sign, takePhoto } from "../harness/data";
import { assign, openFromBoard, order, register, step, visitOf } from "../harness/steps";
import { expect, phone, signIn, test } from "../harness/test";

test("an order's whole life, followed live by everybody @mariadb", async ({ visit, crm, company, browser }) => {
  test.setTimeout(180_000);
  const worker = await crm.createUser("contractor", "Иван Соколов");
  const [wall, before, after] = [await takePhoto(browser, "стена"), await takePhoto(browser, "до"), await takePhoto(browser, "после")];
  const { page: office } = await visit();
  const { page: home } = await visit(phone);
  const { page: field, allow } = await visit(phone);
  // The worker is refused on purpose.
  allow(/status of 422/);

  await signIn(office, company.dispatcher);
  await office.goto("/orders");
  await signIn(field, worker);

  await register(home, "Ольга Смирнова");
  await order(home, "Екатеринбург, Мамина-Сибиряка, 12", wall);
  await expect(home.getByRole("heading", { level: 1 })).toHaveText("Проверяем заказ");

  await office.locator("#newer").getByRole("link", { name: "1 новый заказ" }).click();
  await openFromBoard(office, "Ольга Смирнова");
  await office.getByRole("button", { name: "Подтвердить" }).click();
  await expect(home.getByRole("heading", { level: 1 })).toHaveText("Подбираем мастера");
  await assign(office, worker);

  // The offer shows the district at most; the address opens with the acceptance.
  const offer = field.locator("article.offer", { hasText: service });
  await expect(offer).toBeVisible();
  await expect(field.locator("#main")).not.toContainText("Мамина-Сибиряка");
  await offer.getByRole("link", { name: /^№/ }).click();
  await step(field, "Принять", "Мамина-Сибиряка");
  await expect(visitOf(office, worker)).toContainText("Принято");
  await expect(home.getByRole("heading", { level: 1 })).toContainText("Приедет");
  await expect(home.locator(".comes")).toContainText("Иван");

  await step(field, "Выехал", "В пути");
  await expect(home.locator(".now-state")).toContainText("Мастер едет к вам");
  await step(field, "Начать работу", "На месте");
  await expect(home.getByRole("heading", { level: 1 })).toHaveText("Мастер работает");

  await field.getByRole("link", { name: "Отчёт" }).first().click();
  await field.getByLabel("Комментарий").fill("Трасса 6 метров, всё работает");
  await field.getByLabel(checklist[0]!).check();
  await field.getByRole("button", { name: "Завершить" }).click();
  await expect(field.getByRole("alert")).toContainText("Нет подписи заказчика");
  await expect(field.getByRole("alert")).toContainText("Не хватает 1 фото «до»");
  await expect(field.getByLabel("Комментарий")).toHaveValue("Трасса 6 метров, всё работает");
  await expect(field.getByLabel(checklist[0]!)).toBeChecked();
  // What saves itself meanwhile does not take the refusal away; what has come is missing no longer.
  const saved = field.waitForResponse((answer) => answer.url().endsWith("/report/draft"));
  await field.getByLabel("Комментарий").fill("Трасса 7 метров, всё работает");
  await saved;

  for (const [kind, photo] of [["before", before], ["after", after]] as const) {
    const slot = field.locator(`#photos-${kind}`);
    await slot.locator(".photo-add input").setInputFiles(photo);
    await expect(slot.getByRole("img")).toHaveCount(1);
    await expect(slot.locator(".count")).toHaveText("1 из 1");
  }
  await expect(field.getByRole("alert")).not.toContainText("Не хватает 1 фото «до»");
  await expect(field.getByRole("alert")).toContainText("Нет подписи заказчика");
  for (const line of checklist) await field.getByLabel(line).check();
  await sign(field);
  await field.getByRole("button", { name: "Завершить" }).click();
  await field.waitForURL(/\/visits\/\d+$/);

  await expect(home.getByRole("heading", { level: 1 })).toHaveText("Примите работу");
  await expect(visitOf(office, worker).getByRole("img")).toHaveCount(2);
  await home.getByRole("button", { name: "Принять работу" }).click();
  await expect(home.getByRole("heading", { level: 1 })).toHaveText("Готово!");
  await home.locator("label[for=star-5]").click();
  await home.getByLabel("Расскажите подробнее").fill("Аккуратно и вовремя");
  await home.getByRole("button", { name: "Отправить оценку" }).click();
  await expect(home.locator(".given")).toContainText("Аккуратно и вовремя");

  await expect(office.locator(".order-title")).toContainText("Завершён");
  await expect(office.locator("#history")).toContainText("Получен отзыв");
  await office.getByRole("link", { name: "Отзывы" }).click();
  await expect(office.getByRole("row", { name: /Аккуратно и вовремя/ })).toContainText("Иван Соколов");
});

test("an order's whole life with script off", async ({ visit, crm, company, browser }) => {
  test.setTimeout(180_000);
  const worker = await crm.createUser("contractor", "Степан Волков");
  const [wall, before, after] = [await takePhoto(browser, "стена"), await takePhoto(browser, "до"), await takePhoto(browser, "после")];
  const { page: office } = await visit({ script: false });
  const { page: home } = await visit({ ...phone, script: false });
  const { page: field, allow } = await visit({ ...phone, script: false });
  allow(/status of 422/);

  await register(home, "Тимур Алиев");
  await order(home, "Екатеринбург, Ленина, 5", wall);
  await signIn(office, company.dispatcher);
  await office.goto("/orders");
  await openFromBoard(office, "Тимур Алиев");
  await office.getByRole("button", { name: "Подтвердить" }).click();
  await assign(office, worker, false);

  await signIn(field, worker);
  await field.goto("/visits");
  await field.locator("article.offer", { hasText: service }).getByRole("link", { name: /^№/ }).click();
  await step(field, "Принять", "Ленина, 5");
  await step(field, "Выехал", "В пути");
  await step(field, "Начать работу", "На месте");
  await field.getByRole("link", { name: "Отчёт" }).first().click();
  for (const [kind, photo] of [["before", before], ["after", after]] as const) {
    const slot = field.locator(`#photos-${kind}`);
    await slot.locator("input[type=file]:visible").setInputFiles(photo);
    await slot.getByRole("button", { name: "Отправить" }).click();
    await expect(slot.locator(".count")).toHaveText("1 из 1");
  }
  await field.getByLabel("Комментарий").fill("Сделано без замечаний");
  await field.getByRole("button", { name: "Завершить" }).click();
  await expect(field.getByRole("alert")).toContainText("В чек-листе не отмечены 2 пункта");
  await expect(field.getByLabel("Комментарий")).toHaveValue("Сделано без замечаний");
  for (const line of checklist) await field.getByLabel(line).check();
  await field.getByLabel("Кто принял работу").fill("Тимур Алиев");
  await field.getByRole("button", { name: "Завершить" }).click();
  await field.waitForURL(/\/visits\/\d+$/);

  await home.reload();
  await home.getByRole("button", { name: "Принять работу" }).click();
  await home.locator("label[for=star-4]").click();
  await home.getByRole("button", { name: "Отправить оценку" }).click();
  await expect(home.locator(".given")).toBeVisible();
  await office.reload();
  await expect(office.locator(".order-title")).toContainText("Завершён");
});
