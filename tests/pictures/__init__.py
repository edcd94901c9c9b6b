"""Pictures of the terminal UI: walks to every view, what a view looks like as text and as styles, and files of them."""
