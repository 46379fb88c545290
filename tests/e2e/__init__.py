"""A real browser against a running platform: what people do all day, on the desk and on the phone."""
