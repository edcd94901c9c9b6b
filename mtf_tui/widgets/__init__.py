"""The parts that screens are made of; one public widget a file."""
