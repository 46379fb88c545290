"""Who gets what answer at every address: a file for each namespace of addresses, a row for each address."""
