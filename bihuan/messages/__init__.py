"""消息: what lands in a person's inbox. Outside channels come with supervision."""
