"""What a run leaves behind: a folder with its input, its numbers as tables, and a report for people."""
