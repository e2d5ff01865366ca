"""The proof of the promise: sends a request through the form and looks for it in every place."""
