"""Filing: the wizard that makes a package, and what is done with one that was filed."""
