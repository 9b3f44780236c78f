"""Who was in the room? Attendance as sources report it."""

TITLE = "Who attended"
