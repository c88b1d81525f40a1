"""What stays with the operator: the command, deployment, the local cloud, the demo."""
