"""The front desk in numbers, for whoever runs it."""
