"""To-dos for connected applications."""
