"""Messages for connected applications: the native face and the one shaped like WeCom's."""
