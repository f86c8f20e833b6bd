"""Papers: the forms of a procedure, its register and a case's dossier, for A4, as sheets and as files to keep."""
