"""What each command of the command line does; a part of the front door."""
