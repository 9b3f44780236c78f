"""Nothing in this folder is a test: ``test_second_course`` copies it into a module of its own."""

collect_ignore_glob = ["*"]
