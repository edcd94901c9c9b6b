"""Results: which wins, how sure, where does it fail? One screen with a view for each way to look."""
