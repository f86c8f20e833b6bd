"""One file a step, each with its way forward; data is never taken back, so there is no way down."""
