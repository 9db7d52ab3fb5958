"""The journal as the war room uses it: opened behind the first paint, read in a thread, followed, written to."""
