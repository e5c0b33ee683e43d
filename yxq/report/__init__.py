"""What readers see: results as text, figures, sections, pages and sheets."""
