"""What this computer is, asks and answers: ports, processes, health; a notebook's cells and its environment."""
