"""From the departments' files to tables, with a fate for every row, and what goes back."""
