"""Forms of a report. They know layout and colour, and nothing of Kubernetes."""
