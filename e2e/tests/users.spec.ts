import { createOrder } from "../harness/data";
import { password } from "../harness/steps";
import { expect, signIn, test } from "../harness/test";

for (const script of [true, false]) {
  const [name, email] = script ? ["Нина Белова", "nina@example.ru"] : ["Инна Чернова", "inna@example.ru"];

  test(`the administrator invites a user and blocks another, who is out at once, script ${script ? "on" : "off"}`, async ({ visit, company }) => {
    const { page } = await visit({ script });
    await signIn(page, company.administrator);
    await page.goto("/users");
    await page.getByRole("link", { name: "Пригласить" }).click();
    await page.getByRole("radio", { name: "Диспетчер" }).check();
    await page.getByLabel("Имя и фамилия").fill(name);
    await page.getByLabel("Электронная почта").fill(email);
    await page.getByRole("button", { name: "Получить ссылку" }).click();
    const link = (await page.locator("code").textContent())!;

    const { page: invited } = await visit({ script });
    await invited.goto(link);
    await invited.getByLabel("Пароль", { exact: true }).fill(password);
    await invited.getByRole("button", { name: "Сохранить и войти" }).click();
    await invited.goto("/orders");

    await page.getByRole("link", { name: "Готово" }).click();
    await page.goto(`/users?q=${encodeURIComponent(name)}`);
    await page.getByRole("link", { name }).click();
    await page.getByLabel("Причина").fill("Больше не работает у нас");
    await page.getByRole("button", { name: "Закрыть вход" }).click();
    await expect(page.getByText("Вход закрыт:")).toBeVisible();
    // Without script nothing tells the page; whatever is done on it next leads out.
    if (!script) await invited.getByRole("link", { name: "Заказы" }).first().click();
    await expect(invited).toHaveURL(/\/sign-in/);
    await expect(invited.getByLabel("Пароль", { exact: true })).toBeVisible();
  });

  test(`the start page counts the orders, script ${script ? "on" : "off"}`, async ({ visit, crm, company }) => {
    await createOrder(crm, company, "Роман Зуев");
    const { page } = await visit({ script });
    await signIn(page, company.administrator);
    await page.goto("/");
    const confirmed = page.getByRole("link", { name: /Подтверждён/ }).locator(".value");
    const count = Number(await confirmed.textContent());
    expect(count).toBeGreaterThan(0);
    await createOrder(crm, company, "Галина Мороз");
    if (!script) await page.reload();
    await expect(confirmed).toHaveText(String(count + 1));
    for (const figure of ["Завершено за неделю", "Среднее время заказа"]) await expect(page.getByText(figure)).toBeVisible();
  });
}
