### Reviews: the office's list and a worker's own.
reviews-title = Отзывы
reviews-own-title = Отзывы о вас
reviews-none = Отзывов пока нет
reviews-none-text = Заказчики оценивают работу, когда заказ завершён.
reviews-none-filter = Отзывов с такой оценкой нет
reviews-average = Средняя оценка
reviews-caption = Отзывы, новые сверху
reviews-stars = Оценка
reviews-words = Отзыв
reviews-no-words = Без слов
reviews-worker = Мастер
reviews-order = Заказ
reviews-when = Когда
