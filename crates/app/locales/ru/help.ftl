### «Справка»: what stands around the manual. The manual itself is in docs/manual.
help-search = Найти в справке
help-search-title = Поиск по справке
help-contents = На этой странице
help-all = Вся справка
help-own = Ваши задачи
help-everybody = Для всех
help-others = Что делают другие
help-russian-only = Справка написана по-русски. Кнопки в ней названы так, как в русском интерфейсе.
help-found =
    { $count ->
        [one] Нашлось { $count } место
        [few] Нашлось { $count } места
        [many] Нашлось { $count } мест
       *[other] Нашлось { $count } места
    }
help-none = Ничего не нашлось
help-none-hint = Назовите задачу иначе или короче, одним-двумя словами. Например: «перенести» или «отчёт».
