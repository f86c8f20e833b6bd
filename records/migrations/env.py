"""What Alembic runs: the migrations on the connection that it was given, inside its transaction."""

from alembic import context

from records.result_tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
