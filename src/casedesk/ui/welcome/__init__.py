"""Before a cabinet is open: choose, unlock, or make one."""
