"""From a plan's document to a drafted plan folder; `read` gives the document's paragraphs."""
