"""What crosses a border (frames, journal codec, policy document, sealing); no sockets, no store, no decisions."""
