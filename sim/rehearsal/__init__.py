"""
Rehearsal: virtual people at a real server.

The only room of `sim` that opens sockets; it speaks to the server as a browser does and never imports the service.
"""
