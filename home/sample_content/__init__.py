"""The texts that a new site starts with. Staff rewrite them in the admin; nothing here is read again."""
