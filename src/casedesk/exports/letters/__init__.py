"""Letters, pleadings and portal sheets: a form's text filled from a dossier, drawn as DOCX and as PDF."""
