"""The dashboard: where panes go at each size, the header, the footer, and the screen that joins them."""
