import { password, setUp } from "../harness/steps";
import { expect, test } from "../harness/test";

for (const script of [true, false]) {
  test(`a company sets the system up and its people come by invitation, script ${script ? "on" : "off"} @mariadb`, async ({ visit, start }) => {
    test.setTimeout(150_000);
    const crm = await start();
    const { page } = await visit({ script }, crm);
    await setUp(page, crm.setupLink);

    await page.getByRole("link", { name: "Настройки" }).click();
    await expect(page.getByLabel("Название", { exact: true })).toHaveValue("Тёплый дом");
    await page.getByLabel("Телефон", { exact: true }).fill("8 343 200-11-22");
    await page.getByLabel("Часовой пояс").selectOption("Asia/Yekaterinburg");
    await page.getByRole("button", { name: "Сохранить" }).click();
    await expect(page.getByText("Настройки сохранены")).toBeVisible();
    await expect(page.getByLabel("Телефон", { exact: true })).toHaveValue(/^\+7\s343\s200-11-22$/);

    await page.getByRole("link", { name: "Виды работ" }).first().click();
    await page.getByRole("link", { name: "Добавить вид работ" }).first().click();
    await page.getByLabel("Название").fill("Замена фильтра");
    await page.getByLabel("Обычная длительность, минут").fill("60");
    await page.getByLabel("Стоимость, ₽").fill("1 500");
    await page.getByLabel("Новые навыки").fill("кондиционеры");
    await page.getByLabel("Чек-лист").fill("Фильтр заменён\nКорпус протёрт");
    await page.getByLabel("Фото до работы").fill("1");
    await page.getByLabel("Фото после работы").fill("2");
    await page.getByLabel("Подпись заказчика обязательна").check();
    await page.getByRole("button", { name: "Сохранить" }).click();
    const row = page.getByRole("row", { name: /Замена фильтра/ });
    await expect(row).toContainText("1 фото до");
    await expect(row).toContainText("чек-лист: 2 пункта");

    const people = [
      { role: "Диспетчер", name: "Мария Орлова", login: "maria", home: "Сводка" },
      { role: "Специалист", name: "Пётр Кузнецов", login: "petr", home: "Сегодня" },
      { role: "Исполнитель", name: "Олег Дёмин", login: "oleg", home: "Сегодня" },
    ];
    for (const { role, name, login, home } of people) {
      await page.getByRole("link", { name: "Пользователи" }).first().click();
      await page.getByRole("link", { name: "Пригласить" }).click();
      await page.getByRole("radio", { name: role }).check();
      await page.getByLabel("Имя и фамилия").fill(name);
      await page.getByLabel("Логин").fill(login);
      await page.getByRole("button", { name: "Получить ссылку" }).click();
      const link = (await page.locator("code").textContent())!;

      const { page: invited } = await visit({ script }, crm);
      await invited.goto(link);
      await expect(invited.getByLabel("Имя и фамилия")).toHaveValue(name);
      await invited.getByLabel("Пароль", { exact: true }).fill(password);
      await invited.getByRole("button", { name: "Сохранить и войти" }).click();
      await expect(invited.getByRole("heading", { level: 1 })).toHaveText(home);
    }
    await page.getByRole("link", { name: "Работники" }).click();
    await expect(page.getByRole("row", { name: /Пётр Кузнецов/ })).toBeVisible();
    await expect(page.getByRole("row", { name: /Олег Дёмин/ })).toBeVisible();
  });
}
