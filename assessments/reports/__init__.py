"""Reports as PDF: `content` says what is in one, `build` gathers it, `completion` sets it, `pdf` prints it."""
