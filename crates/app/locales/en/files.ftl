files-refused = The file was not taken
