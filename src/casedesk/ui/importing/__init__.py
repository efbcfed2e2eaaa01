"""Taking in files: a wizard from the files to the incidents, and the list of what was taken in."""
