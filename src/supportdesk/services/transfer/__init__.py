"""File imports and exports: what all subjects share."""
