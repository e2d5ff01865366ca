"""What happens to stored requests without anybody at the desk."""
