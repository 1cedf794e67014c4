"""Where rules come from: the shipped files, and what a user adds."""
