### Help: what stands around the manual. The manual itself is in docs/manual.
help-search = Search the help
help-search-title = Search results
help-contents = On this page
help-all = All of the help
help-own = Your tasks
help-everybody = For everybody
help-others = What others do
help-russian-only = The manual is in Russian. It calls the buttons what they are called in the Russian interface.
help-found =
    { $count ->
        [one] { $count } place found
       *[other] { $count } places found
    }
help-none = Nothing found
help-none-hint = Name the task in other words, or in one or two only. The manual is in Russian, so search in Russian.
