"""What is asked of us and is no command: read by its parts, looked up, and told as far as it was found (pure)."""
