"""The desk: pages in the browser for the people of a practice and for the operator."""
