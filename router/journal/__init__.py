"""The journal port and its adapters (one total order, one clock); no routing rules and no browser sockets."""
