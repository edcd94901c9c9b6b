"""What each pane shows: from plans, states and results to rows of text, by the painters; pure functions."""
