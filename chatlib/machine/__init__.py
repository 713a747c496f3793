"""What this computer is asked, and answers: ports, processes, health."""
