"""The station's one SQLite file: connections, transactions, migrations, backup."""
