sign-in-title = Вход
sign-in-login = Телефон, почта или логин
sign-in-login-hint = Например, 8 912 000-11-22
sign-in-password = Пароль
sign-in-submit = Войти
sign-in-busy = Входим…
