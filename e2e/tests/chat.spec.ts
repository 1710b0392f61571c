// The office, a customer and a worker talk: live, with second thoughts, and through a broken connection.
import { call, createOrder, nextPhone, offerVisit } from "../harness/data";
import { linesOf as lines, pick, write } from "../harness/steps";
import { expect, phone, signIn, test } from "../harness/test";
import type { Page } from "@playwright/test";

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

/** A picture of one colour. */
const photo = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 640;
    canvas.height = 480;
    const pen = canvas.getContext("2d")!;
    pen.fillStyle = "#c96";
    pen.fillRect(0, 0, 640, 480);
    return canvas.toDataURL("image/png").split(",")[1]!;
  });

test("photos and papers go with a message, and both see who types and who is called @mariadb", async ({ visit, crm, company }, info) => {
  const own = await call(crm, company.customer, "POST", "/orders", { service_id: company.serviceId, address: { text: "Мира, 5" } });
  const { page: office, allow } = await visit();
  const { page: home } = await visit(phone);
  await signIn(office, company.dispatcher);
  await signIn(home, company.customer);
  await office.goto(`/orders/${own.id}/messages?audience=customer`);
  await home.goto(`/my/orders/${own.id}/messages`);
  const buffer = Buffer.from(await photo(home), "base64");
  const picture = (name: string) => ({ name, mimeType: "image/png", buffer });

  // The other side sees that something is being typed, and by whom.
  await home.locator("#chat-text").pressSequentially("Вот стена");
  await expect(office.locator(".chat-typing")).toHaveText(/печатает…/);
  await expect(home.locator(".chat-typing")).toHaveText("");

  // Chosen, looked at, one taken back, sent.
  const files = home.locator("input[name=files]");
  await files.setInputFiles([picture("стена.png"), { name: "план.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n") }]);
  await files.setInputFiles([picture("лишнее.png")]);
  await expect(home.locator(".chat-chosen li")).toHaveCount(3);
  await home.getByRole("button", { name: /Убрать лишнее/ }).click();
  await expect(home.locator(".chat-chosen li")).toHaveCount(2);
  await home.screenshot({ path: info.outputPath("chosen-390.png"), caret: "initial" });
  await home.getByRole("button", { name: "Отправить" }).click();
  const message = office.locator(".message", { hasText: "Вот стена" });
  await expect(message.locator(".message-paper")).toContainText("план.pdf");
  await expect(office.locator(".chat-typing")).toHaveText("");
  await expect(message.locator("img")).toHaveJSProperty("complete", true);
  await message.locator("a[data-photo]").click();
  await expect(office.locator("dialog.viewer img")).toBeVisible();
  await office.keyboard.press("Escape");
  await expect(home.locator(".chat-chosen")).toBeHidden();

  // What is not taken is said beside the field, and the text stays; so it is without a connection.
  allow(/422/);
  await office.locator("#chat-text").fill("Смотрите");
  await office.locator("input[name=files]").setInputFiles({ name: "run.exe", mimeType: "application/octet-stream", buffer: Buffer.from([77, 90, 144, 0, 3]) });
  await office.getByRole("button", { name: "Отправить" }).click();
  await expect(office.locator(".chat-form .error")).toContainText("Такие файлы не принимаются");
  await expect(office.locator("#chat-text")).toHaveValue("Смотрите");
  await office.locator("input[name=files]").setInputFiles(Array.from({ length: 11 }, (_, n) => picture(`${n}.png`)));
  await expect(office.locator(".chat-form .error.of-files")).toContainText("Слишком много файлов");
  allow(/ERR_INTERNET_DISCONNECTED|Failed to fetch|net::/);
  await office.context().setOffline(true);
  await office.getByRole("button", { name: "Отправить" }).click();
  await expect(office.locator(".chat-form .error.of-network")).toContainText("Нет связи");
  await expect(office.locator("#chat-text")).toHaveValue("Смотрите");
  await office.context().setOffline(false);

  // A colleague is called by «@».
  const other = await crm.createUser("dispatcher", "Зоя Лисицына");
  await office.goto(`/orders/${own.id}/messages?audience=internal`);
  await office.locator("#chat-text").pressSequentially("@зо");
  await expect(office.getByRole("option")).toHaveText(["Зоя Лисицына"]);
  await office.screenshot({ path: info.outputPath("mention-1440.png"), caret: "initial" });
  await office.keyboard.press("Enter");
  await expect(office.locator("#chat-text")).toHaveValue("@Зоя Лисицына ");
  await office.locator("#chat-text").pressSequentially("посмотри");
  await office.getByRole("button", { name: "Отправить" }).click();
  await expect(office.locator(".message .mention")).toHaveText("@Зоя Лисицына");
  const { page: colleague } = await visit();
  await signIn(colleague, other);
  await colleague.goto("/conversations?show=named");
  await expect(colleague.locator(".inbox-row")).toContainText("Вас упомянули");
  await colleague.screenshot({ path: info.outputPath("inbox-1440.png"), caret: "initial" });
  await office.goto(`/orders/${own.id}/messages?audience=customer`);
  await office.screenshot({ path: info.outputPath("chat-1440.png"), caret: "initial" });
  await home.screenshot({ path: info.outputPath("chat-390.png"), caret: "initial" });
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
  await expect(office.getByRole("link", { name: "Мастер" })).toHaveAttribute("aria-current", "true");
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
