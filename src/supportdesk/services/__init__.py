"""What the desk can do. One public method is one use case and one transaction; `Desk` opens them all."""
