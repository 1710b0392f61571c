files-refused = Файл не принят
