"""Reports: `content` says what is in them, `gather` collects it, `document` sets it, `pdf` prints it."""
