"""The front desk: where a request for an appointment is made, kept, worked on and deleted."""
