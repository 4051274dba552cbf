"""What alembic runs to bring a database up to date: on the connection that it is given, in one transaction."""

from alembic import context

from router.records.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
