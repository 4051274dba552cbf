"""What people see and type: the HTTP application, its pages and the `ringback` command; it may use every other room."""
