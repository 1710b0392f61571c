import type { Page } from "@playwright/test";
import { desktop, expect, phone, signIn, test, type Visitor } from "../harness/test";

for (const script of [true, false]) {
  const words = script ? "on" : "off";

  test(`mistakes in a registration stand by their fields, script ${words}`, async ({ visit }) => {
    const page = refusable(await visit({ ...phone, script }));
    await page.goto("/sign-up");
    await trusting(page);
    await page.getByLabel("Имя и фамилия").fill("Лидия Попова");
    await page.getByLabel("Телефон").fill("12");
    await page.getByLabel("Электронная почта, если есть").fill("lidia-example.ru");
    await page.getByLabel("Пароль", { exact: true }).fill("12345");
    await page.getByRole("button", { name: "Зарегистрироваться" }).click();
    await expectFault(page, "Телефон", /телефон|номер/i);
    await expectFault(page, "Электронная почта, если есть", /почты/);
    await expect(page.getByLabel("Имя и фамилия")).toHaveValue("Лидия Попова");
    await expect(page.getByLabel("Телефон")).toHaveValue("12");
    await expect(page.getByLabel("Электронная почта, если есть")).toHaveValue("lidia-example.ru");
    await expect(page.getByLabel("Пароль", { exact: true })).toHaveValue("");
    if (script) await expect(page.locator("[aria-invalid=true]").first()).toBeFocused();

    await trusting(page);
    await page.getByLabel("Телефон").fill("8 912 000-11-22");
    await page.getByLabel("Электронная почта").fill("lidia@example.ru");
    await page.getByLabel("Пароль", { exact: true }).fill("12345");
    await page.getByLabel(/соглас/i).check();
    await page.getByRole("button", { name: "Зарегистрироваться" }).click();
    await expectFault(page, "Пароль", /короткий/);
    await expect(page.getByLabel("Электронная почта")).toHaveValue("lidia@example.ru");
    await expect(page.getByLabel(/соглас/i)).toBeChecked();
  });

  test(`mistakes in a new order stand by their fields, script ${words}`, async ({ visit, company }) => {
    const page = refusable(await visit({ ...desktop, script }));
    await signIn(page, company.dispatcher);
    await page.goto("/orders/new");
    await trusting(page);
    await page.getByLabel("Телефон").fill("8 912");
    await page.getByLabel("Имя или название").fill("Захар Ильин");
    await page.getByLabel("Описание").fill("Перенести кондиционер");
    await page.getByLabel("Стоимость, ₽").fill("много");
    await page.getByRole("button", { name: "Создать", exact: true }).click();
    await expectFault(page, "Телефон", /цифр|номер/);
    await expectFault(page, "Адрес", /Заполните/);
    await expectFault(page, "Стоимость, ₽", /Сумма/);
    await expect(page.getByLabel("Имя или название")).toHaveValue("Захар Ильин");
    await expect(page.getByLabel("Описание")).toHaveValue("Перенести кондиционер");
    await expect(page.getByLabel("Стоимость, ₽")).toHaveValue("много");
    if (script) await expect(page.locator("[aria-invalid=true]").first()).toBeFocused();
  });
}

function refusable({ page, allow }: Visitor): Page {
  allow(/status of 422/);
  return page;
}

/** Switches the browser's own checks off, so that the server's are seen. */
async function trusting(page: Page): Promise<void> {
  await page.locator("main form").evaluateAll((forms) => forms.forEach((form) => form.setAttribute("novalidate", "")));
}

async function expectFault(page: Page, label: string, words: RegExp): Promise<void> {
  const field = page.getByLabel(label, { exact: true }).first();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(words);
}
