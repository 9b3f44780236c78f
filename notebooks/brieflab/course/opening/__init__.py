"""The opening: ten years of hosts, seen before any code."""
