# Страница, на которой пробуют API.

api-title = API
api-without-script = Эта страница работает только со скриптами. Описание API в формате OpenAPI 3.1:
