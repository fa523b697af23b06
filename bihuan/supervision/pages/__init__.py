"""What pages of supervision show, made ready for their templates."""
