sign-in-title = Sign in
sign-in-login = Phone, e-mail or login
sign-in-login-hint = For example, +7 912 000-11-22
sign-in-password = Password
sign-in-submit = Sign in
sign-in-busy = Signing in…
