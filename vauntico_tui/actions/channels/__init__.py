"""How a page leaves: one module a kind of receiver. "Accepted" only on the receiver's own yes."""
