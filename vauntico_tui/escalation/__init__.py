"""Who must act by when: severities, levels, windows. Pure."""
