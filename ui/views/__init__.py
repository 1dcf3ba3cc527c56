"""Pages of the console; each has one function that draws it."""
